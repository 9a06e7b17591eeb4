import { CommanderError } from 'commander'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { describeFailure, Exit } from '../../src/cli/shared/failure.ts'
import { confusionText } from '../../src/cli/shared/terminal/confusionText.ts'
import { shellWord } from '../../src/cli/shared/terminal/output.ts'
import { epochLine, liveLine } from '../../src/cli/shared/training/textView.ts'
import { number, sizes, whole } from '../../src/cli/shared/values.ts'

test('a line of an epoch fits the terminal, and is whole elsewhere', () => {
  const score = { loss: 0.35123, accuracy: 0.8765 }
  const parts = { train: score, validation: score, test: score }
  const record = { epoch: 3, ...score, ...parts, learningRate: 0.1, seconds: 4.2 }
  expect(epochLine(record, 8)).toBe(
    'epoch 3/8   train 87.65 % (loss 0.3512)   held out 87.65 % (loss 0.3512)   test 87.65 % (loss 0.3512)   4.20 s',
  )
  for (const columns of [40, 60, 80, 120])
    for (const line of epochLine(record, 8, columns).split('\n'))
      expect(line.length).toBeLessThanOrEqual(columns)
  expect(epochLine(record, 8, 80)).toBe(
    'epoch 3/8   train 87.65 %   held out 87.65 %   test 87.65 %   4.20 s',
  )
})

const event = {
  type: 'progress' as const,
  epoch: 3,
  step: 75,
  steps: 150,
  loss: 0.35124,
  accuracy: 0.87654,
  imagesPerSecond: 412_345.6,
  secondsLeft: 3.21,
  checkpoint: () => new Uint8Array(0),
}

describe('the live line', () => {
  test('tells epoch, bar, speed, time left, loss and accuracy', () => {
    expect(liveLine(event, 8, 100)).toBe(
      'epoch 3/8 [##########----------] 412,346 images/s, 3.21 s left, loss 0.3512, accuracy 87.65 %',
    )
  })

  test('never reaches the last column of the terminal, where it would wrap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (columns, left) => {
          expect(liveLine({ ...event, secondsLeft: left }, 100_000, columns).length).toBeLessThan(columns)
        },
      ),
    )
  })
})

describe('the confusion matrix', () => {
  test('is a table with class names, counts and recall', () => {
    const text = confusionText({
      classes: ['cat', 'dog', '2'],
      confusion: [
        [3, 1, 0],
        [0, 4, 0],
        [0, 0, 0],
      ],
      recall: [0.75, 1, null],
    })
    expect(text.split('\n').slice(1)).toEqual([
      '       0  1  2     recall',
      '0 cat  3  1  0    75.00 %',
      '1 dog  0  4  0   100.00 %',
      '2      0  0  0  no images',
    ])
  })

  test('gives way to the recalls where there are too many classes for a terminal', () => {
    const classes = Array.from({ length: 26 }, (_, k) => String.fromCharCode(97 + k))
    const text = confusionText({ classes, confusion: [], recall: classes.map(() => 0.5) })
    expect(text).toMatch(/result\.json/)
    expect(text).toMatch(/25 z +50\.00 %/)
  })
})

describe('option values', () => {
  test('numbers within limits pass', () => {
    expect([number('--lr', '5e-2', { above: 0 }), whole('--seed', '0', { least: 0 })]).toEqual([0.05, 0])
    expect([sizes('--hidden', '128, 64'), sizes('--hidden', ''), sizes('--hidden', 'none')]).toEqual([
      [128, 64],
      [],
      [],
    ])
  })

  test.each(['', ' ', 'x', 'NaN', '-Infinity', '1e999', '0x'])('"%s" is no number', (text) => {
    expect(() => number('--lr', text)).toThrow(/^--lr: /)
  })

  test.each(['', '1.5', '1e3', '-1', '0', '0x10', '9007199254740993'])(
    '"%s" is no whole number from 1',
    (text) => {
      expect(() => whole('--batch', text)).toThrow(/^--batch: /)
    },
  )

  test('any text gives positive sizes or one ConfigError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d, .e-]*$/)), (text) => {
        try {
          for (const units of sizes('--hidden', text))
            expect(Number.isSafeInteger(units) && units > 0).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })
})

test('a word for a shell is quoted where it must be', () => {
  expect([shellWord('runs/a-1'), shellWord('my runs/a'), shellWord("it's")]).toEqual([
    'runs/a-1',
    "'my runs/a'",
    `'it'\\''s'`,
  ])
})

describe('failures', () => {
  test('expected errors are one line with their exit code', () => {
    const failure = describeFailure(new ConfigError('is wrong.', { where: '--lr', hint: 'Give another.' }))
    expect(failure).toEqual({ message: 'error: --lr: is wrong. Give another.', exitCode: 2 })
  })

  test('what commander has said is not said again', () => {
    expect(describeFailure(new CommanderError(1, 'commander.unknownOption', 'x'))).toEqual({
      message: '',
      exitCode: 2,
    })
    expect(describeFailure(new CommanderError(0, 'commander.help', 'x'))).toEqual({
      message: '',
      exitCode: 0,
    })
    expect(describeFailure(new Exit(130))).toEqual({ message: '', exitCode: 130 })
  })

  test('a lack of memory or of addresses is no defect', () => {
    for (const text of ['Array buffer allocation failed', 'WebAssembly.instantiate(): Out of memory: x']) {
      const { message, exitCode } = describeFailure(new RangeError(text))
      expect(exitCode).toBe(1)
      expect(message).toMatch(/^error: memory could not be allocated .*ulimit -v unlimited"\)\.$/)
    }
  })

  test('anything else is a defect and shows where it happened', () => {
    const { message, exitCode } = describeFailure(new TypeError('x is undefined'))
    expect(exitCode).toBe(1)
    expect(message).toMatch(/^error: x is undefined\nThis is a defect in atelier.*\nTypeError: .*\n\s+at /)
  })
})
