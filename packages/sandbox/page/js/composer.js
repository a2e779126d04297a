import { element, icon } from './dom.js';

/**
 * The message box with its command menu.
 *
 * @param {object} options
 * @param {string} options.name the learner's name, for the accessible names
 * @param {() => {command: string, description: string}[]} options.commands the menu as it is now
 * @param {(text: string) => Promise<boolean>} options.onSend resolves to false when the text should stay
 */
export function composer({ name, commands, onSend }) {
  const field = element('textarea', {
    rows: 1,
    placeholder: 'Message',
    maxLength: 4096,
    'aria-label': `Message from ${name}`,
    'data-testid': 'composer',
    enterKeyHint: 'send',
    onInput: showMatching,
    onKeydown: onFieldKey,
  });
  const menuButton = element(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': 'Commands',
      'aria-expanded': 'false',
      'aria-haspopup': 'menu',
      onClick: toggleMenu,
    },
    icon('menu'),
  );
  const send = element(
    'button',
    { type: 'submit', class: 'icon-button send', 'aria-label': 'Send', 'data-testid': 'send' },
    icon('send'),
  );
  const menu = element('div', {
    class: 'commands',
    role: 'menu',
    'aria-label': 'Commands',
    hidden: true,
    onKeydown: onMenuKey,
  });
  const form = element(
    'form',
    { class: 'composer', onSubmit: submit },
    element('div', { class: 'composer-field' }, menuButton, field),
    send,
  );
  form.addEventListener('focusout', () => requestAnimationFrame(closeWhenLeft));
  menu.addEventListener('focusout', () => requestAnimationFrame(closeWhenLeft));

  return {
    form,
    menu,
    focus: () => field.focus({ preventScroll: true }),
  };

  async function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (text === '') return;
    close();
    field.value = '';
    if (!(await onSend(text))) field.value = text;
    field.focus({ preventScroll: true });
  }

  function onFieldKey(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === 'Escape') close();
    else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !menu.hidden) {
      event.preventDefault();
      items()
        .at(event.key === 'ArrowUp' ? -1 : 0)
        ?.focus();
    }
  }

  function onMenuKey(event) {
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      close();
      field.focus();
    } else if (event.key === 'ArrowDown') all.at((at + 1) % all.length)?.focus();
    else if (event.key === 'ArrowUp') all.at(at - 1)?.focus();
    else return;
    event.preventDefault();
  }

  function showMatching() {
    const typed = field.value;
    if (!/^\/\w*$/.test(typed)) close();
    else
      open(
        commands().filter(({ command }) => command.startsWith(typed.slice(1))),
        false,
      );
  }

  function toggleMenu() {
    if (menu.hidden) open(commands(), true);
    else close();
  }

  function open(list, explain) {
    if (list.length === 0 && !explain) return close();
    const nothing = element('div', { class: 'commands-none' }, 'The bot has not set any commands');
    menu.replaceChildren(...(list.length > 0 ? list.map(item) : [nothing]));
    menu.hidden = false;
    menuButton.setAttribute('aria-expanded', 'true');
  }

  function item({ command, description }) {
    const choose = () => {
      close();
      field.value = '';
      field.focus({ preventScroll: true });
      void onSend(`/${command}`);
    };
    return element(
      'button',
      { type: 'button', class: 'command', role: 'menuitem', onClick: choose },
      element('b', {}, `/${command}`),
      element('span', {}, description),
    );
  }

  function items() {
    return [...menu.querySelectorAll('.command')];
  }

  function closeWhenLeft() {
    if (!form.contains(document.activeElement) && !menu.contains(document.activeElement)) close();
  }

  function close() {
    menu.hidden = true;
    menuButton.setAttribute('aria-expanded', 'false');
  }
}
