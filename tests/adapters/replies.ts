import type { Letterhead } from '../../domain/documents/document.js';
import type { ReplyContent, ReplyLine, SendReplyInput } from '../../domain/documents/reply.js';

export const rod: ReplyLine = {
  id: '1',
  code: 'LJG-C20-800',
  name: '连接杆 800 mm',
  quantity: 1200,
  unit: '支',
  unitPriceMinor: 460,
  date: '2026-10-09',
};
export const hinge: ReplyLine = {
  id: '2',
  code: 'HY-304',
  name: '隐藏式合页',
  quantity: 350,
  unit: '副',
  unitPriceMinor: 12_850,
  date: '2026-10-23',
};

/** A reply to an order of two lines, as it is printed. */
export const content: ReplyContent = {
  language: 'zh',
  company: { name: '合和建筑五金', words: ['佛山市三水区'] },
  number: 'HH-OR-2026-00042',
  date: '2026-09-28',
  customer: '佛山宏泰门窗有限公司',
  attention: '邓永强',
  customerPo: 'HT-20260911',
  orderNumber: 'SO-0815',
  caseNumber: 'SO-0815',
  currency: 'CNY',
  lines: [rod, hinge],
  message: '请按期安排收货。\n谢谢！',
};

/** The same, as the procedure asks for it. */
export const input = {
  language: 'zh',
  to: { name: '邓永强', email: 'deng@hongtai.example' },
  reply: {
    customer: content.customer,
    customerPo: content.customerPo,
    currency: 'CNY',
    lines: [rod, hinge],
    message: '请按期安排收货。\n谢谢！',
  },
} satisfies SendReplyInput;

export const letterhead: Letterhead = {
  name: { zh: '合和建筑五金', en: 'Hehe Architectural Hardware', id: 'Hehe Perangkat Keras Bangunan' },
  words: { zh: ['佛山市三水区'], en: ['Sanshui, Foshan'], id: ['Sanshui, Foshan'] },
  prefix: 'HH',
  from: { email: 'sales@hehe.example' },
  utcOffsetMinutes: 480,
};
