import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { personName } from '#domain/shapes.ts';
import { ScreenLinks } from '../engineer/screen-links.tsx';
import { LanguageChoice } from '../language/language-choice.tsx';
import { PANEL_INCHES } from '../look/panel-size.ts';
import type { ThemeChoice } from '../look/theme.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { canScanAgain } from '../state/alarm-remedy.ts';
import { Icon } from './icons.tsx';
import { useCover } from './settled.ts';
import { StationFacts } from './station-facts.tsx';

const CHOICES: readonly ThemeChoice[] = ['light', 'dark', 'auto'];

/** The menu: how the page looks, who stands at it, and how the station is. */
export function MenuButton() {
  const { t } = useTranslation();
  return (
    <DialogTrigger>
      <Button className="menu-button">
        <Icon name="menu" size={28} />
        <span>{t('header.menu')}</span>
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="sheet">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <div className="dialog-head">
                  <Heading slot="title">{t('menu.title')}</Heading>
                  <Button className="icon-button" aria-label={t('menu.close')} onPress={close}>
                    <Icon name="cross" size={28} />
                  </Button>
                </div>
                <Cover />
                <ThisHide onDone={close} />
                <ScreenLinks onGo={close} />
                <PersonName />
                <LanguageChoice />
                <LookChoice />
                <PanelChoice />
                <HowStationIs />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function Cover() {
  useCover();
  return null;
}

/** The way back from a hide that lies wrong, or was the wrong one: nowhere near the button of the next step. */
function ThisHide({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { commands } = usePage();
  const status = usePageState((s) => s.status);
  const isHeldBack = usePageState(cannotSend);
  if (!status?.job || !canScanAgain(status.state)) return null;
  const act = (command: () => Promise<void>) => () => {
    onDone();
    void command();
  };
  return (
    <section>
      <h3 className="label">{t('menu.thisHide')}</h3>
      <div className="choices choices-two">
        {/* What a broken-off job has cut was said once, and is not known to the next scan but by "Go on with the rest". */}
        {!status.job.follows && (
          <Button className="choice" isDisabled={isHeldBack} onPress={act(commands.scanAgain)}>
            <Icon name="scan" size={24} />
            {t('menu.scanAgain')}
          </Button>
        )}
        <Button className="choice" isDisabled={isHeldBack} onPress={act(commands.cancel)}>
          <Icon name="cross" size={24} />
          {t('menu.drop')}
        </Button>
      </div>
      <p className="hint">{t('menu.dropHint')}</p>
    </section>
  );
}

function LookChoice() {
  const { t } = useTranslation();
  const { theme } = usePage();
  const [choice, setChoice] = useState(theme.choice);
  return (
    <section>
      <h3 className="label">{t('menu.look')}</h3>
      <div className="choices" role="group" aria-label={t('menu.look')}>
        {CHOICES.map((c) => (
          <Button
            key={c}
            className="choice"
            aria-pressed={c === choice}
            onPress={() => {
              theme.choose(c);
              setChoice(c);
            }}
          >
            {c === choice && <Icon name="tick" size={24} />}
            {t(`menu.${c}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** The panel's diagonal, by which a finger's targets are 20 mm. */
function PanelChoice() {
  const { t } = useTranslation();
  const { formats, panel } = usePage();
  const [inches, setInches] = useState(panel.inches);
  const choose = (next: number | null) => {
    panel.choose(next);
    setInches(next);
  };
  return (
    <section>
      <h3 className="label">{t('menu.panel')}</h3>
      <div className="choices" role="group" aria-label={t('menu.panel')}>
        {[null, ...PANEL_INCHES].map((size) => (
          <Button key={size} className="choice" aria-pressed={size === inches} onPress={() => choose(size)}>
            {size === inches && <Icon name="tick" size={24} />}
            {size === null ? t('menu.panelUnset') : t('menu.inches', { size: formats.inches(size) })}
          </Button>
        ))}
      </div>
    </section>
  );
}

function PersonName() {
  const { t } = useTranslation();
  const { person } = usePage();
  const [name, setName] = useState(person.get);
  return (
    <label className="field">
      <span className="label">{t('menu.name')}</span>
      <input
        value={name}
        maxLength={80}
        onChange={(event) => {
          setName(event.target.value);
          const read = personName.safeParse(event.target.value);
          if (read.success) person.set(read.data);
        }}
      />
      <span className="hint">{t('menu.nameHint')}</span>
    </label>
  );
}

function HowStationIs() {
  const { formats } = usePage();
  const status = usePageState((s) => s.status);
  const link = usePageState((s) => s.link);
  return status && <StationFacts status={status} link={link} formats={formats} />;
}
