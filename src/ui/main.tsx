import './link/no-eval.ts';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/inter/600.css';
import './look/tokens.css';
import './look/page.css';
import type { ScreenPath } from '#api/screen-paths.ts';
import { StrictMode, Suspense, lazy, useMemo, type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { KeepGiving } from './camera/keep-giving.tsx';
import { EventStream } from './link/event-stream.ts';
import { keepAwake } from './link/keep-awake.ts';
import { anewWithVersion } from './link/load-anew.ts';
import { keepCutScan } from './link/keep-cut-scan.ts';
import { keepNextSheet } from './link/keep-next-sheet.ts';
import { keepFetched } from './link/keep-fetched.ts';
import { pageCommands } from './link/page-commands.ts';
import { numberTag } from './languages.ts';
import { startLocale } from './locale.ts';
import { formats } from './look/format.ts';
import { panelSize } from './look/panel-size.ts';
import { pageTheme } from './look/theme.ts';
import { PageContext, type Page, type Person } from './page-context.ts';
import { useScreen } from './route.ts';
import { PressGuard } from './state/press-guard.ts';
import { pageStore } from './state/page-store.ts';
import { BrokenScreenGuard } from './views/broken-screen.tsx';
import { OperatorPage } from './views/operator-page.tsx';

const NAME_KEY = 'kerf.person';

async function start(): Promise<void> {
  const theme = pageTheme();
  const panel = panelSize();
  const locale = await startLocale(localStorage, navigator.languages);
  const person: Person = {
    get: () => localStorage.getItem(NAME_KEY) ?? locale.i18n.t('operator:menu.defaultName'),
    set: (name) => localStorage.setItem(NAME_KEY, name),
  };
  const page = pageStore();
  const { store, dispatch } = page;
  new EventStream({
    origin: location.origin,
    onEvent: (event) => dispatch({ kind: 'event', event }),
    onLink: (link) => dispatch({ kind: 'link', link }),
    onVersion: anewWithVersion(),
    onNotUnderstood: () => dispatch({ kind: 'refused', refusal: { code: 'UI_ANSWER_NOT_UNDERSTOOD', details: {} } }),
  });
  keepFetched(page);
  keepNextSheet(page, sessionStorage);
  keepCutScan(page, localStorage);
  keepAwake();
  store.subscribe(({ status }) => status && locale.stationSays(status.language));
  const commands = pageCommands(page, () => person.get());
  const root = createRoot(document.getElementById('page')!);
  root.render(
    <StrictMode>
      <I18nextProvider i18n={locale.i18n}>
        <Screens {...page} {...{ commands, theme, panel, locale, person, guard: new PressGuard() }} />
      </I18nextProvider>
    </StrictMode>,
  );
}

/** Numbers follow the language of the words. */
function Screens(page: Omit<Page, 'formats'>) {
  const { language } = useTranslation().i18n;
  const value = useMemo(
    () => ({ ...page, formats: formats(numberTag(language, navigator.languages)) }),
    [page, language],
  );
  return (
    <PageContext value={value}>
      <KeepGiving />
      <Screen />
    </PageContext>
  );
}

/** The operator's screen is in the first bundle; the others come when they are opened. */
function Screen() {
  const screen = useScreen();
  const Shown = screen === '/' ? OperatorPage : OTHERS[screen];
  return (
    <BrokenScreenGuard key={screen}>
      <Suspense fallback={<div className="page" />}>
        <Shown />
      </Suspense>
    </BrokenScreenGuard>
  );
}

/** A station that hangs gives no files and refuses none, ms. */
const FILES_MS = 15_000;

function screenOf(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => {
    const late = new Promise<never>((_, refuse) =>
      setTimeout(() => refuse(new Error('the files of a screen did not come')), FILES_MS),
    );
    return { default: await Promise.race([load(), late]) };
  });
}

const OTHERS: Record<Exclude<ScreenPath, '/'>, ComponentType> = {
  '/orders': screenOf(async () => (await import('./orders/orders-page.tsx')).OrdersPage),
  '/stock': screenOf(async () => (await import('./stock/stock-page.tsx')).StockPage),
  '/commission': screenOf(async () => (await import('./commission/commission-page.tsx')).CommissionPage),
  '/table': screenOf(async () => (await import('./table/table-page.tsx')).TablePage),
  '/replay': screenOf(async () => (await import('./replay/replay-page.tsx')).ReplayPage),
  '/projector': screenOf(async () => (await import('./projector/projector-page.tsx')).ProjectorPage),
  '/system': screenOf(async () => (await import('./system/system-page.tsx')).SystemPage),
};

void start();
