// A menu that opens from a button or from where the pointer is. What it holds are commands, as data.

import { Ellipsis, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';
import styles from './menu.module.css';

export interface MenuCommand {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly shortcut?: string;
  /** Ends or removes something. */
  readonly grave?: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}

/** Where a menu opens that belongs to no button, in the window's pixels. */
export interface MenuPoint {
  readonly x: number;
  readonly y: number;
}

interface MenuProps {
  readonly label: string;
  readonly commands: readonly MenuCommand[];
  readonly children: ReactNode;
}

/** @param children the button that opens it */
export function Menu({ label, commands, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <Content label={label} commands={commands} align="end" />
    </DropdownMenu.Root>
  );
}

interface MenuButtonProps {
  /** What the menu is: "Chat actions". */
  readonly label: string;
  /** What the button is called: "Actions for Ana". */
  readonly name: string;
  readonly commands: readonly MenuCommand[];
  readonly disabled?: boolean;
}

/** The three dots in a row or a header. */
export function MenuButton({ label, name, commands, disabled = false }: MenuButtonProps) {
  return (
    <Menu label={label} commands={commands}>
      <button type="button" className={styles['dots']} aria-label={name} disabled={disabled}>
        <Icon of={Ellipsis} />
      </button>
    </Menu>
  );
}

interface MenuAtProps {
  readonly label: string;
  readonly commands: readonly MenuCommand[];
  readonly at: MenuPoint;
  /** Gets the focus when it closes, before the command runs. */
  readonly returnTo: HTMLElement | null;
  readonly onClose: () => void;
}

/** One menu for all rows of a list: it is there while it is open. */
export function MenuAt({ label, commands, at, returnTo, onClose }: MenuAtProps) {
  return (
    <DropdownMenu.Root
      modal={false}
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <DropdownMenu.Trigger asChild>
        <span className={styles['anchor']} style={{ left: at.x, top: at.y }} aria-hidden />
      </DropdownMenu.Trigger>
      <Content label={label} commands={commands} align="start" returnTo={returnTo} />
    </DropdownMenu.Root>
  );
}

interface ContentProps {
  readonly label: string;
  readonly commands: readonly MenuCommand[];
  readonly align: 'start' | 'end';
  readonly returnTo?: HTMLElement | null;
}

function Content({ label, commands, align, returnTo }: ContentProps) {
  const chosen = useRef<() => void>(undefined);
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        className={styles['menu']}
        aria-label={label}
        align={align}
        sideOffset={4}
        collisionPadding={8}
        onCloseAutoFocus={(event) => {
          if (returnTo !== undefined) {
            event.preventDefault();
            returnTo?.focus();
          }
          // After the focus went back: what the command opens gives it back to the same place.
          if (chosen.current !== undefined) queueMicrotask(chosen.current);
          chosen.current = undefined;
        }}
      >
        {commands.map(({ id, label: name, icon, shortcut, grave = false, disabled = false, run }) => (
          <DropdownMenu.Item
            key={id}
            className={styles['command']}
            data-grave={grave}
            disabled={disabled}
            onSelect={() => {
              chosen.current = run;
            }}
          >
            {icon === undefined ? null : <Icon of={icon} />}
            <span className={styles['name']}>{name}</span>
            {shortcut === undefined ? null : <Keys keys={shortcut} />}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}
