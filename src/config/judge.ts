/** Assignments → settings, for everybody or for one account: first the hubs are known, then what counts for each of them. */

import { collect, type Entry } from './collect.ts';
import { type Circumstances, type Places, settingsOf } from './derive.ts';
import type { HubText } from './hub-address.ts';
import { assignmentsForHub, type HubSection, saysOf, sectionsFor, tlsStart } from './hubs.ts';
import type { Assignment } from './reader.ts';
import type { CommonSettings } from './types.ts';

export interface Judged {
  readonly settings: CommonSettings | undefined;
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

export interface Given {
  /** In the order in which they count, up to what the command line says. */
  readonly assignments: readonly Assignment[];
  /** Of the command line: they count more than the section of a hub. */
  readonly typed: readonly Assignment[];
  /** What was complained of before. */
  readonly before: readonly string[];
}

type Around = Pick<Circumstances, 'revaliasesFile' | 'system'> & { readonly hubSections: readonly HubSection[] };

export function judge({ assignments, typed, before }: Given, around: Around): Judged {
  const { entries, errors, values: plain } = collect([...assignments, ...typed]);
  if (!plain) return { settings: undefined, entries, warnings: before, errors };
  const { others = [], ...first } = plain.mailhub;
  const judgeHub = (hub: HubText) => {
    const sections = sectionsFor(hub, around.hubSections);
    const all = [...assignmentsForHub(assignments, sections), ...typed];
    return { ...collect(all), sections, places: placesOf(all) };
  };
  const main = judgeHub(first);
  const judgedOthers = others.map((hub) => ({ hub, ...judgeHub(hub) }));
  const hubErrors = [main, ...judgedOthers].flatMap((each) => each.errors);
  const warnings = [...before, ...[main, ...judgedOthers].flatMap((each) => each.warnings)];
  if (!main.values || hubErrors.length > 0) return { settings: undefined, entries, warnings, errors: hubErrors };
  const otherSettings = judgedOthers.flatMap(({ hub, values, sections, places }): CommonSettings[] => {
    if (!values) return [];
    // The port in the list is this hub's own; RemotePort is the first one's, unless the section has it.
    const port = saysOf(sections, ['RemotePort']) ? values.RemotePort : (hub.port ?? values.RemotePort);
    const own = { ...values, RemotePort: port, mailhub: { host: hub.host, port } };
    const settings = settingsOf(own, { ...around, ...alone, places });
    return [saysOf(sections, tlsStart) ? settings : { ...settings, ...byPort(settings, port), warnings: [] }];
  });
  const elsewhere =
    main.sections.length > 0
      ? settingsOf(plain, { ...around, ...alone, places: placesOf([...assignments, ...typed]) })
      : undefined;
  const own = { warnings, otherHubs: otherSettings, elsewhere };
  const settings = settingsOf(main.values, { ...around, ...own, places: main.places });
  const every = [settings, ...otherSettings];
  const obstacles = [...new Set(every.flatMap((each) => each.obstacles))];
  const everyWarning = [...new Set(every.flatMap((each) => each.warnings))];
  return { settings: { ...settings, obstacles, warnings: everyWarning }, entries, warnings: everyWarning, errors };
}

/** Of settings that are part of others. */
const alone = { warnings: [], otherHubs: [], elsewhere: undefined };

/** Ports say how TLS starts where the lines can only mean the first hub; that there is TLS is never given up. */
function byPort({ tls, mailhub }: CommonSettings, port: number | undefined): Pick<CommonSettings, 'tls'> {
  if (tls === 'none') return { tls };
  if (port === 465) return { tls: 'implicit' };
  return { tls: mailhub.port === 25 || mailhub.port === 587 ? 'starttls' : tls };
}

function placesOf(assignments: readonly Assignment[]): Places {
  return new Map(assignments.map(({ key, place }, order) => [key.name, { place, order }]));
}
