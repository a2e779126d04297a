import { api } from './api.js';
import { element, icon } from './dom.js';

/**
 * The button that moves one learner to the next day. It shows that it works, then what came of it.
 *
 * @param {number} learnerId
 * @param {{notice: (text: string) => void, report: (error: Error) => undefined}} tell how success and failure are said
 */
export function nextDayButton(learnerId, { notice, report }) {
  const label = element('span', {}, 'Next day');
  const button = element(
    'button',
    { type: 'button', class: 'next-day', 'data-testid': 'next-day', onClick: moveOn },
    icon('next'),
    label,
  );
  return button;

  async function moveOn() {
    setBusy(true);
    const result = await api.nextDay(learnerId).catch(report);
    if (result !== undefined)
      notice(result?.message ?? 'A new day has begun. The next question is on its way.');
    setBusy(false);
    button.focus({ preventScroll: true });
  }

  function setBusy(busy) {
    button.disabled = busy;
    button.setAttribute('aria-busy', String(busy));
    label.textContent = busy ? 'Moving on…' : 'Next day';
  }
}
