import './engineer.css';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { go, useScreen } from '../route.ts';
import { AlarmChip } from '../views/alarm-chip.tsx';
import { Clock } from '../views/clock.tsx';
import { Icon } from '../views/icons.tsx';
import { Notices } from '../views/notices.tsx';
import { SCREENS } from './screen-links.tsx';

interface EngineerFrameProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** What the engineer's screens share: navigation at the left, a header, the content. */
export function EngineerFrame({ title, note, children }: EngineerFrameProps) {
  const { t } = useTranslation('engineer');
  const shown = useScreen();
  // The table's corners are a part of commissioning.
  const screen = shown === '/table' ? '/commission' : shown;
  return (
    <div className="engineer">
      <nav className="engineer-nav" aria-label={t('nav.label')}>
        <Button className="nav-button" onPress={() => go('/')}>
          <Icon name="back" size={28} />
          <span>{t('nav.operator')}</span>
        </Button>
        {SCREENS.map(({ path, icon, word }) => (
          <Button
            key={path}
            className="nav-button"
            {...(path === screen ? { 'aria-current': 'page' as const } : {})}
            onPress={() => go(path)}
          >
            <Icon name={icon} size={28} />
            <span>{t(`nav.${word}`)}</span>
          </Button>
        ))}
      </nav>
      <header className="engineer-head">
        <h1>{title}</h1>
        <span className="engineer-note">{note}</span>
        <AlarmChip />
        <Clock />
      </header>
      <main className="engineer-body">{children}</main>
      <Notices />
    </div>
  );
}
