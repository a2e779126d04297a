import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';

/** A refusal of the sandbox's own routes; the message is shown to the caller. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers errors of the sandbox's own routes as `{error}`. */
export function answerError(
  error: unknown,
  _request: Request,
  response: Response,
  _next: NextFunction,
): void {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (isRefusal(error)) response.status(error.status).json({ error: error.message });
  else {
    process.emitWarning(error instanceof Error ? error : String(error));
    response.status(500).json({ error: 'Internal error' });
  }
}

/** Also the errors of Express's own body parser, which carry a 4xx status. */
function isRefusal(error: unknown): error is { status: number; message: string } {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status <= 504
  );
}
