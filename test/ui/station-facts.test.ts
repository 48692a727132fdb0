import i18next from 'i18next';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { beforeAll, expect, it } from 'vitest';
import { stationStates } from '../../src/domain/job.ts';
import type { StatusView } from '../../src/api/views.ts';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { formats } from '../../src/ui/look/format.ts';
import { StationFacts } from '../../src/ui/views/station-facts.tsx';
import { READY_PLC, statusOf } from './page-fixtures.ts';
import { textsOf } from './texts.ts';

/** The menu's facts of the station, as a person reads them. */

const i18n = i18next.createInstance();
beforeAll(async () => {
  const operatorOf = (tag: string) =>
    Object.fromEntries([...textsOf(tag)].map(([key, text]) => [key.replace(/^operator:/, ''), text]));
  const resources = Object.fromEntries(LANGUAGES.map(([tag]) => [tag, { operator: operatorOf(tag) }]));
  await i18n.init({ lng: 'en', resources, defaultNS: 'operator', keySeparator: false });
});

function factsOf(status: StatusView): readonly string[] {
  const facts = createElement(StationFacts, { status, link: 'open', formats: formats('en') });
  const html = renderToStaticMarkup(createElement(I18nextProvider, { i18n }, facts));
  return [...html.matchAll(/<dd>(.*?)<\/dd>/g)].map(([, fact = '']) => fact);
}

it('are words of the panel’s language, never what the station’s messages have', async () => {
  const provider = { used: 'cuda', why: 'CUDA took the model' };
  for (const [language] of LANGUAGES) {
    await i18n.changeLanguage(language);
    const said = new Set<string>();
    for (const state of stationStates) said.add(factsOf(statusOf(state, { provider }))[0]!);
    expect(said.size).toBe(stationStates.length);
    expect([...said].filter((word) => (stationStates as readonly string[]).includes(word))).toEqual([]);
    for (const mode of ['auto', 'manual', 'fault', 'unknown'] as const) {
      const plc = { ...READY_PLC, isConnected: true, isSimulated: false, mode };
      const facts = factsOf(statusOf('READY', { provider, plc }));
      expect(facts.at(-1)).toBe(i18n.t(`cutter.${mode === 'auto' ? 'ready' : mode}`));
      expect(facts.join()).not.toContain(provider.why);
    }
  }
});
