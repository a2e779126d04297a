import type { PhotoRef } from './model.ts';

const BYTES_KEPT = 64 * 1024 * 1024;

export interface Photo extends PhotoRef {
  contentType: string;
  content: Buffer;
}

/** Pictures that the bot sent: the newest 64 MiB of them. */
export class Photos {
  readonly #photos = new Map<string, Photo>();
  #bytes = 0;

  get(id: string): Photo | undefined {
    return this.#photos.get(id);
  }

  all(): IterableIterator<Photo> {
    return this.#photos.values();
  }

  add(photo: Photo): void {
    this.#photos.set(photo.id, photo);
    this.#bytes += photo.bytes;
    for (const oldest of this.#photos.values()) {
      if (this.#bytes <= BYTES_KEPT || oldest === photo) return;
      this.#photos.delete(oldest.id);
      this.#bytes -= oldest.bytes;
    }
  }
}
