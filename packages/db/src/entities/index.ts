import { deadLetterEntity } from './deadLetter.ts';
import { distributionRunEntity } from './distributionRun.ts';
import { learnerEntity } from './learner.ts';
import { questionEntity } from './question.ts';

/** Entities map only; the SQL migrations are authoritative, and a test compares the two. */
export const entities = [learnerEntity, deadLetterEntity, distributionRunEntity, questionEntity];
