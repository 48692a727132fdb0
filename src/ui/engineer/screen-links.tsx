import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { ScreenPath } from '#api/screen-paths.ts';
import { go } from '../route.ts';
import { Icon, type IconName } from '../views/icons.tsx';

/** The engineer's screens, as the navigation lists them. */
export const SCREENS = [
  { path: '/commission', icon: 'grid', word: 'commission' },
  { path: '/orders', icon: 'list', word: 'orders' },
  { path: '/stock', icon: 'stock', word: 'stock' },
  { path: '/replay', icon: 'history', word: 'replay' },
  { path: '/projector', icon: 'beam', word: 'projector' },
  { path: '/system', icon: 'gear', word: 'system' },
] as const satisfies readonly { path: ScreenPath; icon: IconName; word: string }[];

/** Ways from the operator's menu to the other screens. */
export function ScreenLinks({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation('engineer');
  return (
    <section>
      <h3 className="label">{t('nav.label')}</h3>
      <div className="choices">
        {SCREENS.map(({ path, icon, word }) => (
          <Button
            key={path}
            className="choice choice-tall"
            onPress={() => {
              onGo();
              go(path);
            }}
          >
            <Icon name={icon} size={28} />
            {t(`nav.${word}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}
