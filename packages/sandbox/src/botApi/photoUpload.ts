import { createHash } from 'node:crypto';
import { readImageInfo } from '../state/imageSize.ts';
import type { Photo, Photos } from '../state/photos.ts';
import { BotApiError, badRequest } from './botApiError.ts';
import type { Params } from './params.ts';

/** Limits of sendPhoto (https://core.telegram.org/bots/api#sendphoto): bytes, width plus height, and proportion. */
const BYTES_AT_MOST = 10 * 1024 * 1024;
const SIDES_AT_MOST = 10_000;
const RATIO_AT_MOST = 20;

/**
 * Reads `photo`: an uploaded picture, or the file id of one that was sent before. The sandbox fetches nothing from
 * the network, so an address is refused as one that cannot be read.
 */
export function readPhoto(photos: Photos, params: Params): Photo {
  const named = params.string('photo');
  const upload = params.files.get(named.startsWith('attach://') ? named.slice('attach://'.length) : 'photo');
  if (upload) return checkedPhoto(upload.content);
  if (named === '') throw badRequest('There is no photo in the request');
  if (/^https?:/i.test(named)) throw badRequest('failed to get HTTP URL content');
  const known = photos.get(named);
  if (!known) throw badRequest("Wrong remote file identifier specified: can't unserialize it");
  return known;
}

function checkedPhoto(content: Buffer): Photo {
  if (content.length === 0) throw badRequest('file must be non-empty');
  if (content.length > BYTES_AT_MOST) throw new BotApiError(413, 'Request Entity Too Large');
  const info = readImageInfo(content);
  if (!info) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height, contentType } = info;
  const tooLong = Math.max(width, height) > RATIO_AT_MOST * Math.min(width, height);
  if (width + height > SIDES_AT_MOST || tooLong) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  const id = `photo-${createHash('sha256').update(content).digest('base64url')}`;
  return { id, width, height, bytes: content.length, contentType, content };
}
