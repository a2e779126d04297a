export { type Language, languageOf } from './catalogue.ts';
export { type Messages, makeMessages } from './messages.ts';
export type {
  Button,
  CommandEntry,
  CorrectionView,
  ExpiredView,
  FeedbackView,
  Notice,
  QuestionView,
  Rendered,
  Reply,
  ZoneChoice,
} from './views.ts';
