/* Instants and the station's wall clock. A wall time is { day: '2026-05-14', minute: 0…1439 }; the browser's own zone
   is never used. */

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: document.documentElement.dataset.zone, hourCycle: 'h23',
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
});
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

export const parsed = (text) => ({ day: text.slice(0, 10), minute: Number(text.slice(11, 13)) * 60 + Number(text.slice(14)) });
export const same = (one, other) => one.day === other.day && one.minute === other.minute;
const pad = (number) => String(number).padStart(2, '0');
export const clock = ({ minute }) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;

export function wallOf(ms) {
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, minute: Number(part.hour) * 60 + Number(part.minute) };
}

const asUtc = ({ day, minute }) => Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS;
const offset = (ms) => asUtc(wallOf(ms)) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/* The first instant that reads so; a time that the clock skips comes out as much later as it skips. */
export function instantOf(wall) {
  const read = asUtc(wall);
  const early = read - offset(read - DAY_MS);
  const late = read - offset(read + DAY_MS);
  return same(wallOf(early), wall) || !same(wallOf(late), wall) ? early : late;
}

export function daysLater({ day, minute }, days) {
  return { day: new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10), minute };
}

/* Minutes later on the clock, but not beyond its day. */
export function minutesLater({ day, minute }, minutes) {
  return { day, minute: Math.min(1439, Math.max(0, minute + minutes)) };
}

export function words({ day, minute }) {
  const date = new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });
  return `${date.replace(',', '')}, ${clock({ minute })}`;
}
