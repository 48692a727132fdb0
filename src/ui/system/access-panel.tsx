import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { roles, type AccessView, type Role } from '#api/access-routes.ts';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';
import { Icon } from '../views/icons.tsx';
import { PinPad } from './pin-pad.tsx';

/** Who may open the engineer's and the admin's functions: sign in, sign out, people. Not asked again by itself, because
 *  asking prolongs a session. */
export function AccessPanel() {
  const { t } = useTranslation('access');
  const access = useAnswer('access', () => callStation('access'));
  const found = access.value;
  return (
    <section className="panel access" aria-label={t('title')}>
      {!found ? (
        <p className="hint">{t('engineer:loading')}</p>
      ) : !found.isSet && !found.isLocal ? (
        <p className="empty">{t('notLocal')}</p>
      ) : !found.isSet ? (
        <NewPerson first onDone={access.again} />
      ) : found.session === null ? (
        <SignIn people={found.people} onDone={access.again} />
      ) : (
        <SignedIn access={found} session={found.session} onDone={access.again} />
      )}
    </section>
  );
}

interface SignInProps {
  readonly people: AccessView['people'];
  readonly onDone: () => void;
}

function SignIn({ people, onDone }: SignInProps) {
  const { t } = useTranslation('access');
  const [name, setName] = useState<string | null>(people.length === 1 ? people[0]!.name : null);
  const [pin, setPin] = useState('');
  const { isSending, send } = useWish();
  const signIn = async () => {
    const session = await send(() => callStation('signIn', { body: { name: name ?? '', pin } }));
    setPin('');
    if (session) onDone();
  };
  return (
    <div className="access-columns">
      <div className="access-column">
        <h2>{t('who')}</h2>
        <ul className="scroll rows-tight" tabIndex={0}>
          {people.map((person) => (
            <li key={person.name}>
              <Button className="list-button" aria-pressed={person.name === name} onPress={() => setName(person.name)}>
                <span className="list-button-words">
                  <span className="list-button-name">{person.name}</span>
                  <span className="list-button-note">{t(`role.${person.role}`)}</span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
      </div>
      <div className="access-column">
        <PinPad label={t('pin')} value={pin} onChange={setPin} />
        <Button
          className="step-button"
          isDisabled={isSending || name === null || pin === ''}
          onPress={() => void signIn()}
        >
          <Icon name="tick" size={32} />
          <span>{t('signIn')}</span>
        </Button>
      </div>
    </div>
  );
}

interface SignedInProps {
  readonly access: AccessView;
  readonly session: NonNullable<AccessView['session']>;
  readonly onDone: () => void;
}

function SignedIn({ access, session, onDone }: SignedInProps) {
  const { t } = useTranslation('access');
  const { formats } = usePage();
  const [isAdding, setAdding] = useState(false);
  const { isSending, send } = useWish();
  const isAdmin = session.role === 'admin';
  const act = async (call: () => Promise<unknown>) => {
    if (await send(call)) onDone();
  };
  if (isAdding)
    return (
      <NewPerson
        onDone={() => {
          setAdding(false);
          onDone();
        }}
        onDrop={() => setAdding(false)}
      />
    );
  return (
    <>
      <div className="panel-head">
        <div>
          <h2>{session.name}</h2>
          <p className="hint">
            {t('until', { role: t(`role.${session.role}`), time: formats.timeOfDay(new Date(session.until)) })}
          </p>
        </div>
        <SideButton icon="cross" isDisabled={isSending} onPress={() => void act(() => callStation('signOut'))}>
          {t('signOut')}
        </SideButton>
      </div>
      <ul className="scroll rows-tight" tabIndex={0} aria-label={t('people')}>
        {access.people.map((person) => (
          <li key={person.name} className="person-row">
            <span className="list-button-words">
              <span className="list-button-name">{person.name}</span>
              <span className="list-button-note">{t(`role.${person.role}`)}</span>
            </span>
            {isAdmin && person.name !== session.name && (
              <Button
                className="icon-button"
                aria-label={t('remove', { name: person.name })}
                isDisabled={isSending}
                onPress={() => void act(() => callStation('removePerson', { params: { name: person.name } }))}
              >
                <Icon name="erase" size={28} />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isAdmin && (
        <SideButton icon="tick" onPress={() => setAdding(true)}>
          {t('add')}
        </SideButton>
      )}
    </>
  );
}

interface NewPersonProps {
  /** Nobody is there yet: an admin, and whoever sits here. */
  readonly first?: boolean;
  readonly onDone: () => void;
  readonly onDrop?: () => void;
}

function NewPerson({ first = false, onDone, onDrop }: NewPersonProps) {
  const { t } = useTranslation('access');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(first ? 'admin' : 'engineer');
  const [pin, setPin] = useState('');
  const { isSending, send } = useWish();
  const set = async () => {
    if (!(await send(() => callStation('setPerson', { body: { name, role, pin } })))) return;
    // Who has just said the first PIN need not say it again.
    if (first) await send(() => callStation('signIn', { body: { name: name.trim(), pin } }));
    onDone();
  };
  return (
    <div className="access-columns">
      <div className="access-column">
        <h2>{t(first ? 'first' : 'add')}</h2>
        <p className="hint">{t(first ? 'firstHint' : 'addHint')}</p>
        <label className="field">
          <span className="label">{t('name')}</span>
          <input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
        </label>
        {!first && (
          <ChoiceRow
            label={t('roleLabel')}
            choices={roles}
            chosen={role}
            wordOf={(r) => t(`role.${r}`)}
            onChoose={setRole}
          />
        )}
        {onDrop && (
          <SideButton icon="cross" onPress={onDrop}>
            {t('drop')}
          </SideButton>
        )}
      </div>
      <div className="access-column">
        <PinPad label={t('newPin')} value={pin} onChange={setPin} />
        <Button
          className="step-button"
          isDisabled={isSending || name.trim() === '' || pin.length < 6}
          onPress={() => void set()}
        >
          <Icon name="tick" size={32} />
          <span>{t('keep')}</span>
        </Button>
      </div>
    </div>
  );
}
