import { useTranslation } from 'react-i18next';
import { SideButton } from '../views/buttons.tsx';

export interface SignInProps {
  readonly onSignIn: () => void;
}

/** In the place of what only an engineer may see. */
export function SignInFirst({ onSignIn }: SignInProps) {
  const { t } = useTranslation('system');
  return (
    <div className="sign-in-first">
      <p className="hint">{t('signInFirst')}</p>
      <SideButton icon="lock" onPress={onSignIn}>
        {t('access:signIn')}
      </SideButton>
    </div>
  );
}
