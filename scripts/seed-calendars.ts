import chineseDays from 'chinese-days';
import Holidays from 'date-holidays';
import { Document, isCollection } from 'yaml';
import type { Holiday, MakeUp } from '../domain/time/calendar.js';
import { dateOf, dayNumber } from '../domain/time/days.js';

/**
 * `tsx scripts/seed-calendars.ts CN|ID <year>`: prints one year of public holidays as YAML, a draft to review into policies/calendars/.
 * CN from chinese-days (make-up days and days in lieu; a year not yet arranged gives the statutory days, provisional). ID from
 * date-holidays (CC BY-SA 3.0), which knows no cuti bersama and reckons the Islamic days, so both need the decree beside them.
 */
type Words = Holiday['words'];
const words = (zh: string, en: string, id: string): Words => ({ zh, en, id });

const chinese: Readonly<Record<string, Words>> = {
  元旦: words('元旦', "New Year's Day", 'Tahun Baru'),
  春节: words('春节', 'Spring Festival', 'Tahun Baru Imlek'),
  清明: words('清明节', 'Tomb-sweeping Day', 'Hari Qingming'),
  劳动节: words('劳动节', 'Labour Day', 'Hari Buruh'),
  端午: words('端午节', 'Dragon Boat Festival', 'Festival Perahu Naga'),
  中秋: words('中秋节', 'Mid-autumn Festival', 'Festival Pertengahan Musim Gugur'),
  国庆节: words('国庆节', 'National Day', 'Hari Nasional Tiongkok'),
};
const indonesian: Readonly<Record<string, Words>> = {
  '01-01': words('元旦', "New Year's Day", 'Tahun Baru Masehi'),
  'chinese 01-0-01': words('春节', 'Chinese New Year', 'Tahun Baru Imlek'),
  'easter -2': words('耶稣受难日', 'Good Friday', 'Wafat Yesus Kristus'),
  'easter 39': words('耶稣升天日', 'Ascension Day', 'Kenaikan Yesus Kristus'),
  '05-01': words('劳动节', 'Labour Day', 'Hari Buruh Internasional'),
  '06-01': words('建国五项原则日', 'Pancasila Day', 'Hari Lahir Pancasila'),
  '08-17': words('独立日', 'Independence Day', 'Proklamasi Kemerdekaan'),
  '12-25': words('圣诞节', 'Christmas Day', 'Kelahiran Yesus Kristus'),
  '1 Muharram': words('伊斯兰新年', 'Islamic New Year', 'Tahun Baru Islam'),
  '12 Rabi al-awwal': words('圣纪节', "The Prophet's Birthday", 'Maulid Nabi Muhammad'),
  // date-holidays names this day after the Prophet's birthday; it is the night journey.
  '27 Rajab': words('登霄节', "Isra and Mi'raj", 'Isra Mikraj Nabi Muhammad'),
  '1 Shawwal': words('开斋节', 'Eid al-Fitr', 'Hari Raya Idul Fitri'),
  '2 Shawwal': words('开斋节', 'Eid al-Fitr', 'Hari Raya Idul Fitri'),
  '10 Dhu al-Hijjah': words('宰牲节', 'Eid al-Adha', 'Hari Raya Idul Adha'),
  'Hari Raya Nyepi': words('静居日', 'Nyepi', 'Hari Suci Nyepi'),
  'Hari Raya Waisak': words('卫塞节', 'Vesak', 'Hari Raya Waisak'),
};

interface Draft {
  readonly year: number;
  readonly provisional: boolean;
  readonly source: string;
  readonly holidays: readonly Holiday[];
  readonly makeUp: readonly MakeUp[];
}

const [country = '', yearText = ''] = process.argv.slice(2);
const year = /^\d{4}$/.test(yearText) ? Number(yearText) : Number.NaN;
if ((country !== 'CN' && country !== 'ID') || Number.isNaN(year)) {
  console.error('usage: tsx scripts/seed-calendars.ts CN|ID <year>, e.g. CN 2026');
  process.exitCode = 2;
} else {
  console.log(yaml(country === 'CN' ? seedChina(year) : seedIndonesia(year)));
}

/** A list item for `editions`, one line a day. */
function yaml(draft: Draft): string {
  const doc = new Document([draft], { aliasDuplicateObjects: false });
  for (const list of ['holidays', 'makeUp']) {
    const days = doc.getIn([0, list]);
    if (isCollection(days)) for (const day of days.items) if (isCollection(day)) day.flow = true;
  }
  return doc.toString({ lineWidth: 0 }).trimEnd();
}

function seedChina(of: number): Draft {
  const arranged = chinaArranged(of);
  const published = arranged.holidays.length > 0;
  return {
    year: of,
    provisional: !published,
    source: `chinese-days 1.5.7${published ? '' : ', statutory days only: the arrangement is not in it yet'}`,
    holidays: joined(published ? arranged.holidays : chinaStatutory(of)),
    makeUp: arranged.makeUp,
  };
}

/** The State Council's arrangement: days off, days off in lieu and make-up days, as far as the package has the year. */
function chinaArranged(of: number): { holidays: Holiday[]; makeUp: MakeUp[] } {
  const holidays: Holiday[] = [];
  const makeUp: MakeUp[] = [];
  for (let day = dayNumber(`${of}-01-01`); day < dayNumber(`${of + 1}-01-01`); day++) {
    const date = dateOf(day);
    const { name, work } = chineseDays.getDayDetail(date);
    // An arranged day is named "English,中文,days"; an ordinary one by its weekday.
    const festival = name.split(',')[1];
    if (festival === undefined) continue;
    const text = known(chinese, festival);
    if (!work) holidays.push({ date, kind: chineseDays.isInLieu(date) ? 'day-in-lieu' : 'public-holiday', words: text });
    else
      makeUp.push({
        date,
        hours: 'mon',
        words: words(`${text.zh}调休补班`, `Make-up day for ${text.en}`, `Hari kerja pengganti ${text.id}`),
      });
  }
  return { holidays, makeUp };
}

/** The 13 statutory days (2025 rule: eve and three days of the Spring Festival, two Labour days, three National days). */
function chinaStatutory(of: number): Holiday[] {
  const festivals = chineseDays.getLunarFestivals(`${of}-01-01`, `${of}-12-31`);
  const lunar = (name: string) => dayNumber(festivals.find((one) => one.name.includes(name))?.date ?? '');
  const qingming = chineseDays.getSolarTerms(`${of}-04-01`, `${of}-04-10`).find(({ term }) => term === 'pure_brightness')?.date ?? '';
  const days: [name: string, first: number, count: number][] = [
    ['元旦', dayNumber(`${of}-01-01`), 1],
    ['春节', lunar('春节') - 1, 4],
    ['清明', dayNumber(qingming), 1],
    ['劳动节', dayNumber(`${of}-05-01`), 2],
    ['端午', lunar('端午节'), 1],
    ['中秋', lunar('中秋节'), 1],
    ['国庆节', dayNumber(`${of}-10-01`), 3],
  ];
  const all = days.flatMap(([name, first, count]) =>
    Array.from({ length: count }, (_, i): Holiday => ({ date: dateOf(first + i), kind: 'public-holiday', words: known(chinese, name) })),
  );
  return all.toSorted((a, b) => a.date.localeCompare(b.date));
}

function seedIndonesia(of: number): Draft {
  const holidays = new Holidays('ID').getHolidays(of).flatMap(({ date, type, rule, name }): Holiday[] => {
    if (type !== 'public') return [];
    return [{ date: date.slice(0, 10), kind: 'public-holiday', words: known(indonesian, rule in indonesian ? rule : name) }];
  });
  return {
    year: of,
    provisional: true,
    source: 'date-holidays 3.37.0 (CC BY-SA 3.0); cuti bersama to be added from the decree',
    holidays: joined(holidays),
    makeUp: [],
  };
}

/** Neighbouring days with the same words and kind as one entry, and two festivals of one day as one. */
function joined(days: readonly Holiday[]): Holiday[] {
  const result: Holiday[] = [];
  for (const day of days) {
    const last = result.at(-1);
    const apart = last === undefined ? Number.NaN : dayNumber(day.date) - dayNumber(last.to ?? last.date);
    if (last !== undefined && apart === 1 && last.kind === day.kind && last.words.en === day.words.en)
      result[result.length - 1] = { date: last.date, to: day.date, kind: day.kind, words: day.words };
    else if (last !== undefined && apart === 0 && last.to === undefined)
      result[result.length - 1] = {
        ...last,
        words: words(`${last.words.zh}、${day.words.zh}`, `${last.words.en}; ${day.words.en}`, `${last.words.id}; ${day.words.id}`),
      };
    else result.push(day);
  }
  return result;
}

function known(table: Readonly<Record<string, Words>>, name: string): Words {
  const found = table[name];
  if (found === undefined) throw new Error(`no words for ${name}: add them to this script`);
  return found;
}
