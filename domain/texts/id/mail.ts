/** Mail that came back, and notices by mail. */
export const mail = {
  'verb.bounced': 'Terima surel yang kembali',
  'verb.report-bounce': 'Laporkan surel yang kembali',
  'verb.settle-bounce': 'Urus surel yang kembali',
  'timeline.bounced': 'Surel ke {{address}} kembali: {{reason}}',
  'effect.bounced': 'kembali',
  'mail-state.bounced': 'kembali',
  'radar.mail-bounced': 'Surel ke {{address}} kembali: {{reason}}',
  'radar.mail-bounced.closed':
    'Setelah proses ditutup, surelnya ke {{address}} kembali: {{reason}} Beri tahu pelanggan dengan cara lain, lalu nyatakan sudah diurus.',
  'notice.mail-bounced': 'Surel yang kembali',
  'notice.mail-bounced.told': 'Setelah proses ditutup, surelnya ke {{address}} kembali: {{reason}}',
  'problem.BOUNCE_NOT_OPEN':
    'Tidak ada yang perlu diurus di sini tentang surel {{mail}}: surel itu tidak kembali, atau sudah ada tugas prosesnya.',
  'problem.DELIVERY_REPORT_INVALID':
    'Ini bukan laporan pengiriman yang menyebut surelnya: kirim utuh sebagai message/rfc822, atau berikan messageId dan reason.',
  'failure.MAIL_BOUNCED':
    'Surel kembali ({{detail}}): kirim lagi, bila perlu ke alamat lain; atau beri tahu pelanggan dengan cara lain, dan tuliskan caranya.',
  'rule.email': 'harus berupa alamat surel seperti orders@example.com',
  'cli.mail': 'surel yang kembali',
  'cli.mail-bounced': 'melaporkan surel yang kembali',
  'cli.mail-settle': 'menyatakan surel yang kembali setelah prosesnya ditutup sudah diurus',
  'cli.option.bounce-reason': 'sebabnya, menurut server surel',
  'cli.option.bounce-at': 'kapan kembali, misalnya 2026-12-05T10:00:00Z',
  'cli.option.bounce-note': 'apa yang dikerjakan',
  'cli.bounce.task': '{{mail}} ke {{address}} kembali: {{task}}',
  'cli.bounce.filed': '{{mail}} ke {{address}} kembali; {{case}} sudah mengirim surel lain sesudahnya.',
  'cli.bounce.after-close': '{{mail}} ke {{address}} kembali setelah {{case}} ditutup: ada di radar.',
  'cli.bounce.pending': '{{mail}} ke {{address}} kembali; {{case}} akan diberi tahu.',
  'cli.bounce-settled': '{{mail}} sudah diurus.',

  'mail.notice.subject': '{{number}}: {{sentence}}',
  'mail.notice.case': 'Proses: {{number}} {{title}}',
  'mail.notice.closing': 'Harap dijawab di Gendan: balasan surel ini tidak dibaca.',
};
