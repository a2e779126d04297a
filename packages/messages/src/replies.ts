import type { Catalogue } from './catalogue.ts';
import { commandsOf } from './commands.ts';
import { clip, escapeHtml, type Html, joinHtml, readable } from './html.ts';
import { buttonOf, pauseButtons, reasonButtons, slotButtons, timeButtons, zoneButtons } from './keyboards.ts';
import { renderStats } from './stats.ts';
import { dayIn, nextLines } from './time.ts';
import type { Button, Rendered, Reply, SettingsReply } from './views.ts';

/** As much as is shown of a name or of what a learner typed. */
const INPUT_LIMIT = 64;
/** As much as is shown of a question to tell which one it is. */
const EXCERPT_LIMIT = 200;

/** The message for the outcome of a command or of a button. */
export function renderReply(catalogue: Catalogue, reply: Reply): Rendered {
  const say = catalogue.html;
  const next = (planned: { nextAt: string | null; timezone: string }) =>
    nextLines(catalogue, planned.nextAt, planned.timezone);

  switch (reply.kind) {
    case 'welcome':
      return renderWelcome(catalogue, reply);
    case 'help':
      return message([renderHelp(catalogue)]);
    case 'unknown_text':
      return message([say('unknown-text')]);
    case 'not_started':
      return message([say('not-started')]);
    case 'stats':
      return message([renderStats(catalogue, reply)]);
    case 'settings':
      return renderSettings(catalogue, reply);
    case 'ask_timezone':
      return message([say('ask-timezone')], zoneButtons(reply.suggestions));
    case 'timezone_set':
      return message([say('timezone-set', { zone: escapeHtml(reply.timezone) }), ...next(reply)]);
    case 'timezone_choices':
      return message([say('timezone-choices', { input: shown(reply.input) })], zoneButtons(reply.choices));
    case 'timezone_unknown':
      return message([say('timezone-unknown', { input: shown(reply.input) })]);
    case 'ask_delivery_time':
      return message([say('ask-delivery-time')], timeButtons(reply.suggestions));
    case 'delivery_time_set':
      return message([say('delivery-time-set', slotOf(reply)), ...next(reply)]);
    case 'delivery_time_unknown':
      return message([say('delivery-time-unknown', { input: shown(reply.input) })]);
    case 'ask_pause':
      return message([say('ask-pause')], pauseButtons(catalogue));
    case 'paused': {
      const { until, timezone } = reply;
      const line =
        until === null ? say('paused') : say('paused-until', { day: dayIn(catalogue, until, timezone) });
      return message([line], [[resumeButton(catalogue)]]);
    }
    case 'resumed':
      return message([say('resumed'), ...next(reply)]);
    case 'stopped':
      return message([say('stopped')]);
    case 'quiz_wait':
      return message([say('quiz-wait'), ...next(reply)]);
    case 'ask_report':
      return message(
        [say('ask-report', { question: shown(reply.text, EXCERPT_LIMIT) })],
        reasonButtons(catalogue, reply.deliveryId),
      );
    case 'reported':
      return message([say(reply.already ? 'reported-already' : 'reported')]);
    case 'nothing_to_report':
      return message([say('nothing-to-report')]);
  }
}

function renderWelcome(catalogue: Catalogue, reply: Extract<Reply, { kind: 'welcome' }>): Rendered {
  const name = shown(reply.firstName) || catalogue.html('welcome-nameless');
  const greeting = catalogue.html(reply.back ? 'welcome-back' : 'welcome', { name });
  const slot = [
    catalogue.html('schedule', slotOf(reply)),
    ...nextLines(catalogue, reply.nextAt, reply.timezone),
  ];
  const question = reply.back ? 'button-question' : 'button-first-question';
  return {
    text: joinHtml([greeting, joinHtml(slot, '\n')], '\n\n'),
    keyboard: [slotButtons(catalogue), [buttonOf(catalogue, question, { kind: 'quiz' })]],
  };
}

function renderHelp(catalogue: Catalogue): Html {
  const lines = commandsOf(catalogue).map(({ command, description }) =>
    catalogue.html('help-command', { command: escapeHtml(command), description: escapeHtml(description) }),
  );
  return joinHtml([catalogue.html('help'), joinHtml(lines, '\n'), catalogue.html('help-end')], '\n\n');
}

function renderSettings(catalogue: Catalogue, reply: SettingsReply): Rendered {
  const { time, zone } = slotOf(reply);
  const lines = [
    catalogue.html('settings-zone', { zone }),
    catalogue.html('settings-time', { time }),
    pauseLine(catalogue, reply),
    ...nextLines(catalogue, reply.nextAt, reply.timezone),
  ];
  const toggle = reply.paused
    ? resumeButton(catalogue)
    : buttonOf(catalogue, 'button-pause', { kind: 'pause' });
  return {
    text: joinHtml([catalogue.html('settings'), joinHtml(lines, '\n')], '\n\n'),
    keyboard: [slotButtons(catalogue), [toggle]],
  };
}

function pauseLine(catalogue: Catalogue, { paused, pausedUntil, timezone }: SettingsReply): Html {
  if (!paused) return catalogue.html('settings-on');
  if (pausedUntil === null) return catalogue.html('settings-paused');
  return catalogue.html('settings-paused-until', { day: dayIn(catalogue, pausedUntil, timezone) });
}

function resumeButton(catalogue: Catalogue): Button {
  return buttonOf(catalogue, 'button-resume', { kind: 'resume' });
}

function slotOf({ deliveryTime, timezone }: { deliveryTime: string; timezone: string }) {
  return { time: escapeHtml(deliveryTime), zone: escapeHtml(timezone) };
}

/** A name, a typed text or the beginning of a question, on one line. */
function shown(input: string, limit = INPUT_LIMIT): Html {
  return escapeHtml(clip(readable(input).replace(/\s+/g, ' ').trim(), limit));
}

function message(lines: readonly Html[], keyboard: Button[][] = []): Rendered {
  return { text: joinHtml(lines, '\n'), keyboard };
}
