# Everything that a learner reads, in English.
# button-, notice- and command- messages are plain text. All others are Telegram's HTML: write & < > as entities.

-bot = Rung

## Names

level-1 = 🌱 Beginner
level-2 = 🌿 Intermediate
level-3 = 🌳 Advanced
level-4 = 🏔️ Expert

topic-data_modeling = Data modeling
topic-sql_performance = SQL performance
topic-distributed_systems = Distributed systems
topic-streaming = Streaming
topic-data_warehouse_lakehouse = Warehouse and lakehouse
topic-etl_vs_elt = ETL vs ELT
topic-orchestration = Orchestration
topic-data_quality = Data quality
topic-observability = Observability

letter-0 = A
letter-1 = B
letter-2 = C
letter-3 = D

days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

# $at is already the learner's own wall clock.
day = { DATETIME($at, weekday: "long", day: "numeric", month: "short") }
moment = { DATETIME($at, weekday: "long", day: "numeric", month: "short") } at { DATETIME($at, hour: "2-digit", minute: "2-digit") } ({ $zone })

## The question

question-heading = <b>{ $topic }</b> · { $level }
question-option = <b>{ $letter }.</b> { $text }

## The answer

option-chosen-correct = ✅ <b>{ $letter }.</b> { $text } <i>(your answer)</i>
option-chosen-wrong = ❌ <b>{ $letter }.</b> { $text } <i>(your answer)</i>
option-correct = ✅ <b>{ $letter }.</b> { $text }
option-other = ▪️ <b>{ $letter }.</b> { $text }

verdict-correct = ✅ <b>Correct!</b>
verdict-wrong = ❌ <b>Not this time.</b> The answer is <b>{ $letter }</b>.
verdict-expired = ⌛ <b>Time is up for this one.</b> The answer was <b>{ $letter }</b>.

streak = 🔥 Streak: <b>{ $days }</b>
streak-below-best = 🔥 Streak: <b>{ $days }</b> (best: { $best })
streak-best = 🔥 Streak: <b>{ $days }</b>, your best yet
streak-none = 🔥 Streak: <b>{ $days }</b>. The next right answer starts a new one.
streak-ended = 💔 Your streak of { $days } ends here. The next right answer starts a new one.
streak-missed = 💔 { $missed ->
    [one] A missed day
   *[other] { $missed } missed days
} ended your streak of { $days }{ $used ->
    [0] .
    [one] , even with a streak freeze.
   *[other] , even with { $used } streak freezes.
}

freeze-used = 🧊 { $used ->
    [one] A streak freeze covered your missed day
   *[other] { $used } streak freezes covered your missed days
} ({ $left } left).
freeze-earned = 🧊 You earned a streak freeze: it covers a day you miss ({ $held } in hand).

level-same = 🪜 Level: <b>{ $level }</b>
level-climbing = 🪜 Level: <b>{ $level }</b>, { $run } right in a row
level-promoted = 🎉 Promoted to <b>{ $level }</b>!
level-back = 🪜 Back to <b>{ $level }</b>. You will climb again.

accuracy = 🎯 Accuracy: <b>{ $share }</b> ({ $correct } of { $answered })
next = ⏰ Next question: <b>{ $when }</b>

expired-missed = 💔 It counts as a missed day. Your streak stands at <b>{ $days }</b>.
expired-frozen = 🧊 A streak freeze covered the day: your streak stands at <b>{ $days }</b>.
expired-paused = ⏸ You are taking a break, so nothing is missed: your streak stands at <b>{ $days }</b>.
expired-late = 🐢 It reached you too late, so nothing is missed: your streak stands at <b>{ $days }</b>.

## Replies

welcome =
    👋 <b>Hi { $name }, I am { -bot }.</b>

    📬 One data engineering question a day, at your own level.
    🪜 Right answers in a row take you up a level, a wrong one takes you down.
    🔥 Answer right every day to build a streak, and earn freezes for days you miss.
welcome-back = 👋 <b>Welcome back, { $name }!</b> Your progress is right where you left it.
welcome-nameless = friend
schedule = 📅 Every day at <b>{ $time }</b> ({ $zone })

help = <b>What I can do</b>
help-command = /{ $command } – { $description }
help-end = To answer a question, tap its letter. Your first tap counts.

unknown-text = 🤔 I did not get that. /help shows what I can do.
not-started = 👋 We have not met yet. Send /start and your first question is a tap away.

stats = 📊 <b>Your progress</b>
stats-unanswered = 🎯 No answers yet: /quiz brings your first question.
stats-freezes = 🧊 Streak freezes: <b>{ $freezes }</b>
stats-pool = 🔁 Missed and not yet mastered: <b>{ $count }</b>
stats-topics = <b>By topic</b>
stats-topic = <code>{ $bar }</code> { $share } { $topic } ({ $correct } of { $answered })

settings = ⚙️ <b>Settings</b>
settings-zone = 🌍 Time zone: <b>{ $zone }</b>
settings-time = 📅 Delivery time: <b>{ $time }</b>
settings-on = ▶️ Daily questions: <b>on</b>
settings-paused = ⏸ Daily questions: <b>paused</b> until you resume
settings-paused-until = ⏸ Daily questions: <b>paused</b> until { $day }

ask-timezone =
    🌍 <b>Where are you?</b>
    Tap a place, or send me a city or a zone like <code>Europe/Madrid</code>.
timezone-set = ✅ Your time zone is <b>{ $zone }</b>.
timezone-choices = 🌍 I know several places for “{ $input }”. Which one is yours?
timezone-unknown =
    🤷 I do not know “{ $input }”.
    Try the nearest big city, or a zone like <code>Europe/Madrid</code>.

ask-delivery-time =
    📅 <b>When should your daily question arrive?</b>
    Tap a time, or send me one like <code>08:30</code>.
delivery-time-set = ✅ Your question comes every day at <b>{ $time }</b> ({ $zone }).
delivery-time-unknown =
    🤷 I cannot read “{ $input }” as a time.
    Send it like <code>08:30</code> or <code>18:45</code>.

ask-pause =
    ⏸ <b>Taking a break?</b>
    No questions and no missed days meanwhile: your streak waits for you. For how long?
paused = ⏸ <b>Paused until you resume.</b> Your streak is safe. Enjoy the break!
paused-until = ⏸ <b>Paused until { $day }.</b> Your streak is safe. Enjoy the break!
resumed = ▶️ <b>You are back on.</b>
stopped =
    👋 <b>Done, no more daily questions.</b>
    Your progress is kept: send /start whenever you want to go on.

quiz-wait = ✅ You have had today's question.

ask-report =
    🚩 <b>What is wrong with this question?</b>
    <i>{ $question }</i>
reported = 🙏 <b>Thank you!</b> A reviewer will look at it. You hear from us if your answer changes because of it.
reported-already = 🙏 You have reported this question already. A reviewer will look at it.
nothing-to-report = 🚩 There is no question to report yet. /quiz brings your first.

## A question that was corrected after it was answered

correction = 🔧 <b>A question you answered had a mistake in it.</b> We have corrected it.
correction-answer = ✅ The right answer: { $answer }
correction-now_right = 🎉 <b>You were right after all.</b> Your answer counts as correct now.
correction-now_wrong = 🙇 Your answer counts as wrong now. Your level and streak stay as they are.

## Buttons

button-first-question = First question now
button-question = Question now
button-timezone = Time zone
button-delivery-time = Delivery time
button-pause = Pause
button-pause-0 = Until I resume
button-pause-3 = 3 days
button-pause-7 = 1 week
button-pause-14 = 2 weeks
button-resume = Resume
button-report = Report
button-report-wrong_key = The answer is wrong
button-report-unclear = Unclear
button-report-outdated = Outdated
button-report-offensive = Offensive
button-report-other = Something else

## Notices: shown over the chat, at most 200 characters

notice-answered_already = You have already answered this one. Your first tap counts 🙂
notice-expired = Time is up for this question. The next one is on its way!
notice-not_yours = This question is for somebody else. Send /start to get your own.
notice-malformed = I do not know this button. /help shows what I can do.
notice-graded_correct = ✅ Correct!
notice-graded_wrong = ❌ Not this time. See why in the chat.
notice-saved = Saved ✅
notice-not_started = Send /start first, and I will be right with you.

## Commands, as in Telegram's menu

command-start = Start, or come back
command-quiz = Today's question
command-stats = Your level, streak and accuracy
command-settings = Time zone, delivery time, pause
command-report = Report the latest question
command-pause = Take a break, keep your streak
command-resume = End the break
command-stop = No more daily questions
command-help = What I can do
