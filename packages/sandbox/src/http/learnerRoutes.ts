import { Router } from 'express';
import { z } from 'zod';
import type { Chat } from '../state/chat.ts';
import { say, setBlocked, tap } from '../state/learnerActions.ts';
import type { World } from '../state/world.ts';
import { HttpError } from './httpError.ts';
import { chatView, learnerView } from './views.ts';

const NEXT_DAY_TIMEOUT_MS = 60_000;

const learnerDetails = z.strictObject({
  name: z.string().trim().min(1).max(64),
  username: z
    .string()
    .regex(/^\w{1,32}$/)
    .exactOptional(),
  languageCode: z.string().min(2).max(35).default('en'),
});
const manyLearners = z.strictObject({
  count: z.int().min(1).max(200_000),
  namePrefix: z.string().min(1).max(50).default('Learner'),
});
/** What a learner may send: as much as Telegram's clients let him. */
const messageText = z.string().trim().min(1).max(4096);
const callbackData = z.string().refine((data) => {
  const bytes = Buffer.byteLength(data);
  return bytes >= 1 && bytes <= 64;
}, 'must have 1 to 64 bytes');
const messageBody = z.strictObject({ text: messageText });
const tapBody = z.strictObject({ messageId: z.int().positive(), data: callbackData });
const updatesBody = z.strictObject({
  updates: z
    .array(
      z.union([
        z.strictObject({ chatId: z.int(), text: messageText }),
        z.strictObject({ chatId: z.int(), messageId: z.int().positive(), data: callbackData }),
      ]),
    )
    .max(200_000),
  deliver: z.boolean(),
});

/** What people on the chat page, tests and load generators do: be learners. */
export function learnerRoutes(world: World, nextDayUrl: string | undefined): Router {
  const routes = Router();

  routes.get('/info', (_request, response) => {
    response.json({ bot: world.bot, nextDay: nextDayUrl !== undefined });
  });

  routes.get('/learners', (_request, response) => {
    response.json({ learners: [...world.chats.all()].map(learnerView) });
  });

  routes.post('/learners', (request, response) => {
    const body: unknown = request.body;
    if (typeof body === 'object' && body !== null && 'count' in body) {
      const { count, namePrefix } = manyLearners.parse(body);
      const learners = Array.from({ length: count }, () =>
        world.addLearner({ name: `${namePrefix} ${world.chats.size + 1}`, languageCode: 'en' }),
      );
      world.notify({ type: 'learners' });
      response.status(201).json({ learners });
      return;
    }
    const learner = world.addLearner(learnerDetails.parse(body));
    world.notify({ type: 'learner', chatId: learner.id });
    response.status(201).json({ learners: [learner] });
  });

  routes.get('/chats/:id', (request, response) => {
    response.json(chatView(world, chatOf(request.params.id)));
  });

  routes.post('/chats/:id/messages', (request, response) => {
    const { text } = messageBody.parse(request.body);
    const chat = talkingChat(chatOf(request.params.id));
    response.status(201).json({ messageId: chat.nextMessageId, update: say(world, chat, text) });
  });

  routes.post('/chats/:id/taps', (request, response) => {
    const body = tapBody.parse(request.body);
    const chat = talkingChat(chatOf(request.params.id));
    response.status(201).json({ update: tap(world, chat, body) });
  });

  routes.post('/chats/:id/block', (request, response) => {
    response.json({ update: setBlocked(world, chatOf(request.params.id), true) ?? null });
  });

  routes.post('/chats/:id/unblock', (request, response) => {
    response.json({ update: setBlocked(world, chatOf(request.params.id), false) ?? null });
  });

  routes.post('/chats/:id/next-day', async (request, response) => {
    const { learner } = chatOf(request.params.id);
    if (nextDayUrl === undefined)
      throw new HttpError(404, 'This sandbox has no next day: it was given no address');
    const reply = await fetch(nextDayUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: learner.id }),
      signal: AbortSignal.timeout(NEXT_DAY_TIMEOUT_MS),
    }).catch(() => {
      throw new HttpError(502, 'The next day could not be reached');
    });
    response.status(reply.status).type(reply.headers.get('content-type') ?? 'application/json');
    response.send(await reply.text());
  });

  routes.post('/updates', (request, response) => {
    const { updates, deliver } = updatesBody.parse(request.body);
    const made = updates.map((wanted) => ({ wanted, chat: talkingChat(chatOf(String(wanted.chatId))) }));
    response.status(201).json({
      updates: made.map(({ wanted, chat }) =>
        'text' in wanted ? say(world, chat, wanted.text, { deliver }) : tap(world, chat, wanted, { deliver }),
      ),
    });
  });

  return routes;

  function chatOf(id: string): Chat {
    const chat = world.chats.get(Number(id));
    if (!chat) throw new HttpError(404, 'There is no such learner');
    return chat;
  }
}

function talkingChat(chat: Chat): Chat {
  if (chat.learner.blocked) throw new HttpError(409, 'This learner has blocked the bot');
  return chat;
}
