import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

const LOOKS = { true: 'good', false: 'bad', null: 'open' } as const;
const WORDS = { good: 'cutScan.isGood', bad: 'cutScan.isBad', open: 'cutScan.isOpen' } as const;

/** What becomes of a piece after cutting, as the picture shows it: colour, sign and word. @param isGood null: in doubt */
export function SightSign({ isGood }: { readonly isGood: boolean | null }) {
  const { t } = useTranslation();
  const look = LOOKS[`${isGood}`];
  return (
    <span className="sight" data-look={look}>
      <span className="sight-sign">
        {look === 'open' ? (
          <span aria-hidden="true">?</span>
        ) : (
          <Icon name={look === 'good' ? 'tick' : 'cross'} size={24} />
        )}
      </span>
      <span>{t(WORDS[look])}</span>
    </span>
  );
}
