import { backup, backupKey } from './backup.ts';
import { restore } from './restore.ts';
import type { Tool } from './tool.ts';
import { deleteUser } from './userDelete.ts';
import { showUser } from './userShow.ts';
import { deleteWebhook, setWebhook, webhookInfo } from './webhook.ts';

/** Commands that open what they need by themselves, by their words. */
export const tools: Readonly<Record<string, (tool: Tool, args: string[]) => Promise<void>>> = {
  'webhook set': setWebhook,
  'webhook info': webhookInfo,
  'webhook delete': deleteWebhook,
  'user show': showUser,
  'user delete': deleteUser,
  backup,
  'backup key': backupKey,
  restore,
};
