import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../languages.ts';
import { loadAllFonts } from '../locale.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../views/icons.tsx';

/** The languages, each by its own name; the choice is kept on this panel. */
export function LanguageChoice({ heading: Heading = 'h3' }: { readonly heading?: 'h2' | 'h3' }) {
  const { t, i18n } = useTranslation();
  const { locale } = usePage();
  useEffect(loadAllFonts, []);
  return (
    <section>
      <Heading className="label">{t('menu.language')}</Heading>
      <div className="choices" role="group" aria-label={t('menu.language')}>
        {LANGUAGES.map(([tag, name]) => (
          <Button key={tag} className="choice" aria-pressed={tag === i18n.language} onPress={() => locale.choose(tag)}>
            {tag === i18n.language && <Icon name="tick" size={24} />}
            <span lang={tag}>{name}</span>
          </Button>
        ))}
      </div>
    </section>
  );
}
