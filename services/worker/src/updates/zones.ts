import { isTimeZone } from '@rung/domain';
import cities from 'city-timezones';

/** A zone to choose, with a name that people know. */
export interface ZoneChoice {
  readonly label: string;
  readonly zone: string;
}

/** One well-known city for each common offset, west to east. */
export const SUGGESTED_ZONES: ZoneChoice[] = [
  { label: 'Los Angeles', zone: 'America/Los_Angeles' },
  { label: 'New York', zone: 'America/New_York' },
  { label: 'São Paulo', zone: 'America/Sao_Paulo' },
  { label: 'London', zone: 'Europe/London' },
  { label: 'Madrid', zone: 'Europe/Madrid' },
  { label: 'Berlin', zone: 'Europe/Berlin' },
  { label: 'Istanbul', zone: 'Europe/Istanbul' },
  { label: 'Mumbai', zone: 'Asia/Kolkata' },
  { label: 'Singapore', zone: 'Asia/Singapore' },
  { label: 'Tokyo', zone: 'Asia/Tokyo' },
  { label: 'Sydney', zone: 'Australia/Sydney' },
  { label: 'UTC', zone: 'UTC' },
];

export const SUGGESTED_TIMES = [
  '07:00',
  '08:00',
  '09:00',
  '10:00',
  '12:00',
  '18:00',
  '20:00',
  '22:00',
] as const;

const MOST_CHOICES = 6;

/**
 * Zones that a typed text may mean, likeliest first: an IANA zone in any case, else cities of that name, the
 * largest first, one for each zone; at most six. Empty when nothing fits.
 */
export function findZones(input: string): ZoneChoice[] {
  const text = input.trim().slice(0, 80);
  const zone = canonicalZone(text);
  if (zone !== null) return [{ label: zone, zone }];
  const found = cities.findFromCityStateProvince(text).sort((a, b) => b.pop - a.pop);
  const exact = found.filter((city) => [city.city, city.city_ascii].some((name) => same(name, text)));
  const choices = new Map<string, (typeof found)[number]>();
  for (const city of exact.length > 0 ? exact : found) {
    if (!choices.has(city.timezone) && isTimeZone(city.timezone)) choices.set(city.timezone, city);
  }
  const chosen = [...choices.values()].slice(0, MOST_CHOICES);
  return chosen.map((city) => {
    // One country may have several cities of a name: its regions tell them apart.
    const namesakes = chosen.filter((other) => other.city === city.city && other.iso2 === city.iso2);
    const place = namesakes.length > 1 ? city.province : city.country;
    return { label: `${city.city}, ${place}`, zone: city.timezone };
  });
}

function same(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { sensitivity: 'base' }) === 0;
}

/** `europe/madrid`, `Europe/Madrid` and `utc` as the tz database spells them; null for anything else. */
function canonicalZone(text: string): string | null {
  const typed = text.replaceAll(' ', '_');
  const wanted = typed.toLowerCase();
  if (wanted === 'utc' || wanted === 'gmt') return 'UTC';
  const listed = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === wanted);
  if (listed !== undefined) return listed;
  // The list has one name for each zone, and of some the old one: Asia/Calcutta, not Asia/Kolkata.
  if (!typed.includes('/')) return null;
  const capitalised = wanted.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
  return [typed, capitalised].find(isTimeZone) ?? null;
}
