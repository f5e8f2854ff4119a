/** Dates as header fields and trace lines write them. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A date in the machine's time zone as RFC 5322 §3.3 has it: `Sun, 22 Nov 2026 07:05:13 +0000`. */
export function formatDate(now: Date): string {
  const day = `${days[now.getDay()]}, ${two(now.getDate())} ${months[now.getMonth()]} ${now.getFullYear()}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${day} ${time} ${zoneOf(now)}`;
}

function zoneOf(now: Date): string {
  const minutesEast = -now.getTimezoneOffset();
  const minutes = Math.abs(minutesEast);
  return `${minutesEast < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${two(Math.trunc(minutes % 60))}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
