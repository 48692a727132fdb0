import './link/no-eval.ts';
import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import '@fontsource/inter/latin-600.css';
import './look/tokens.css';
import './look/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { EventStream } from './link/event-stream.ts';
import { keepFetched } from './link/keep-fetched.ts';
import { pageCommands } from './link/page-commands.ts';
import { startLocale } from './locale.ts';
import { formats } from './look/format.ts';
import { pageTheme } from './look/theme.ts';
import { PageContext, type Person } from './page-context.ts';
import { pageStore } from './state/page-store.ts';
import { OperatorPage } from './views/operator-page.tsx';

const NAME_KEY = 'kerf.person';

async function start(): Promise<void> {
  const theme = pageTheme();
  const locale = await startLocale('en');
  const person: Person = {
    get: () => localStorage.getItem(NAME_KEY) ?? locale.t('operator:menu.defaultName'),
    set: (name) => localStorage.setItem(NAME_KEY, name),
  };
  const page = pageStore();
  const { store, dispatch } = page;
  new EventStream({
    origin: location.origin,
    onEvent: (event) => dispatch({ kind: 'event', event }),
    onLink: (link) => dispatch({ kind: 'link', link }),
    onNotUnderstood: () => dispatch({ kind: 'refused', refusal: { code: 'UI_ANSWER_NOT_UNDERSTOOD', details: {} } }),
  });
  keepFetched(page);
  // Words follow the station's language; numbers too.
  store.subscribe((state, before) => {
    const language = state.status?.language;
    if (language !== undefined && language !== before.status?.language) {
      document.documentElement.lang = language;
      void locale.changeLanguage(language);
    }
  });
  const commands = pageCommands(page, () => person.get());
  const root = createRoot(document.getElementById('page')!);
  root.render(
    <StrictMode>
      <I18nextProvider i18n={locale}>
        <PageContext value={{ ...page, commands, formats: formats(navigator.language || 'en'), theme, person }}>
          <OperatorPage />
        </PageContext>
      </I18nextProvider>
    </StrictMode>,
  );
}

void start();
