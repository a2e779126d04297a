import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Board, startBoard } from './board.ts';
import { bars, figure, graph, quantiles } from './panels.ts';

const STATE_COLORS = { active: 'green', paused: 'blue', blocked: 'orange', stopped: 'red' };

/** Who learns, how it goes, and whether there are questions for them. */
export function learners(): Board {
  const board = startBoard({
    uid: 'rung-learners',
    title: 'Rung: learners and questions',
    description: 'Who learns, how it goes, and whether there are questions for them.',
  });

  board
    .withRow(new RowBuilder('Learners'))
    .withPanel(
      figure({
        title: 'Active learners',
        description:
          'Learners who get daily questions: neither paused, stopped nor blocked. Counted every ten minutes.',
        queries: [{ expr: 'max(rung_learners{state="active"})' }],
        unit: 'none',
        width: 6,
      }),
    )
    .withPanel(
      figure({
        title: 'Daily questions, last 24 hours',
        description: 'Daily questions whose time to go out ended in the last 24 hours.',
        queries: [{ expr: 'sum(rung:daily_deliveries:max)' }],
        unit: 'none',
        width: 6,
      }),
    )
    .withPanel(
      figure({
        title: 'Answers, last 24 hours',
        description: 'Answers that were graded.',
        queries: [{ expr: 'sum(increase(rung_answers_total[24h]))' }],
        unit: 'none',
        width: 6,
        decimals: 0,
      }),
    )
    .withPanel(
      figure({
        title: 'Right answers, last 24 hours',
        description: 'Share of the answers that were right. Questions are chosen for about three in four.',
        queries: [
          {
            expr: 'sum(increase(rung_answers_total{correct="true"}[24h])) / (sum(increase(rung_answers_total[24h])) > 0)',
          },
        ],
        unit: 'percentunit',
        width: 6,
        decimals: 1,
      }),
    )
    .withPanel(
      graph({
        title: 'Learners by state',
        description:
          'Paused ones come back by themselves; stopped and blocked ones have to return to the bot.',
        queries: [{ expr: 'max by (state) (rung_learners)', legend: '{{state}}' }],
        unit: 'none',
        width: 8,
        stacked: true,
        colors: STATE_COLORS,
      }),
    )
    .withPanel(
      graph({
        title: 'Learners by level',
        description: '1 Beginner, 2 Intermediate, 3 Advanced, 4 Expert.',
        queries: [{ expr: 'max by (level) (rung_learners_by_level)', legend: 'level {{level}}' }],
        unit: 'none',
        width: 8,
        stacked: true,
      }),
    )
    .withPanel(
      graph({
        title: 'Answers',
        description: 'Graded answers a minute.',
        queries: [
          {
            expr: 'sum by (correct) (rate(rung_answers_total[$__rate_interval])) * 60',
            legend: 'right: {{correct}}',
          },
        ],
        unit: 'opm',
        width: 8,
        stacked: true,
        colors: { 'right: true': 'green', 'right: false': 'red' },
      }),
    );

  board
    .withRow(new RowBuilder('How it goes'))
    .withPanel(
      bars({
        title: 'Right answers by topic',
        description:
          'Share of right answers by topic, over all learners and all time. Far below the others: hard, or badly asked.',
        queries: [{ expr: 'max by (topic) (rung_topic_accuracy)', legend: '{{topic}}' }],
        unit: 'percentunit',
        width: 12,
        max: 1,
        thresholds: [
          ['red', null],
          ['orange', 0.5],
          ['green', 0.65],
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Right answers by level of the question',
        description: 'Share of right answers of the last hour. Questions are chosen for about three in four.',
        queries: [
          {
            expr: 'sum by (level) (increase(rung_answers_total{correct="true"}[1h])) / (sum by (level) (increase(rung_answers_total[1h])) > 0)',
            legend: 'level {{level}}',
          },
        ],
        unit: 'percentunit',
        width: 12,
        max: 1,
      }),
    );

  board
    .withRow(new RowBuilder('Questions'))
    .withPanel(
      graph({
        title: 'Where questions come from',
        description:
          'Questions sent an hour, by step of the order of supply. From the wrong pool or seen long ago means that nothing unseen was left.',
        queries: [{ expr: 'sum by (source) (increase(rung_questions_total[1h]))', legend: '{{source}}' }],
        unit: 'none',
        width: 8,
        stacked: true,
        colors: {
          unseen_level: 'green',
          unseen_neighbour: 'blue',
          generated: 'purple',
          unseen_other: 'yellow',
          wrong_pool: 'orange',
          seen_longest_ago: 'red',
        },
        alerts: ['LlmFallbackHigh'],
      }),
    )
    .withPanel(
      bars({
        title: 'Unseen questions at the own level',
        description:
          'How many questions of their level learners have on average not seen. At one a day: days of supply.',
        queries: [{ expr: 'max by (level) (rung_unseen_questions)', legend: 'level {{level}}' }],
        unit: 'none',
        width: 8,
        decimals: 0,
        thresholds: [
          ['red', null],
          ['orange', 10],
          ['green', 30],
        ],
        alerts: ['LlmFallbackHigh'],
      }),
    )
    .withPanel(
      graph({
        title: 'Written and refused',
        description:
          'Questions an hour that models wrote and that passed every check, and output that was refused, by reason.',
        queries: [
          { expr: 'sum(increase(rung_questions_generated_total[1h]))', legend: 'passed' },
          { expr: 'sum by (reason) (increase(rung_questions_rejected_total[1h])) > 0', legend: '{{reason}}' },
        ],
        unit: 'none',
        width: 8,
        colors: { passed: 'green' },
      }),
    )
    .withPanel(
      graph({
        title: 'Choosing a question',
        description: 'How long the choice takes. The figure to keep is 5 ms for 99 %.',
        queries: quantiles('rung_question_selection_seconds'),
        unit: 's',
        width: 12,
      }),
    )
    .withPanel(
      graph({
        title: 'Daily questions, sent in time and late',
        description:
          'Over the last 24 hours. In time is within 15 minutes of the slot and what the broadcast budget needs; the objective is 99.5 %.',
        queries: [{ expr: 'rung:daily_deliveries:max', legend: '{{result}}' }],
        unit: 'none',
        width: 12,
        stacked: true,
        colors: { in_time: 'green', late: 'red' },
        alerts: ['FanoutOverdue', 'FanoutMissed'],
      }),
    );

  return { file: 'learners.json', dashboard: board.build() };
}
