import { BARRIER_INTEGERS, Barrier } from '../engine/barrier.ts'
import { type Arena, type Block, planDoubles, planIntegers } from '../engine/memory.ts'

/** Commands of the leading thread to all threads. */
export const TRAIN = 1
export const EVALUATE = 2
export const EXIT = 3

const COMMAND = 0
const SOURCE = 1
const ROWS = 2
const FIRST = 3
const END = 4
const DIVERGED = 5

const RATE = 0
const LOSS = 1
const CORRECT = 2
const STEP = 3
const EPOCH = 4

/** The control block: a few numbers in shared memory through which the leading thread commands the others. */
export class Control {
  private readonly barrierCells: Block<Int32Array>
  private readonly integers: Block<Int32Array>
  private readonly doubles: Block<Float64Array>

  constructor(arena: Arena) {
    this.barrierCells = planIntegers(arena, BARRIER_INTEGERS)
    this.integers = planIntegers(arena, 8)
    this.doubles = planDoubles(arena, 8)
  }

  barrier(threads: number): Barrier {
    return new Barrier(this.barrierCells.data, threads)
  }

  get command(): number {
    return this.integers.data[COMMAND] ?? 0
  }
  set command(value: number) {
    this.integers.data[COMMAND] = value
  }

  /** 0: the rows in order are training images; 1: test images. */
  get source(): number {
    return this.integers.data[SOURCE] ?? 0
  }
  set source(value: number) {
    this.integers.data[SOURCE] = value
  }

  /** Entries of the order that are in use. */
  get rows(): number {
    return this.integers.data[ROWS] ?? 0
  }
  set rows(value: number) {
    this.integers.data[ROWS] = value
  }

  /** The command is about batches (training) or rows (evaluation) first .. end - 1. */
  get first(): number {
    return this.integers.data[FIRST] ?? 0
  }
  set first(value: number) {
    this.integers.data[FIRST] = value
  }
  get end(): number {
    return this.integers.data[END] ?? 0
  }
  set end(value: number) {
    this.integers.data[END] = value
  }

  /** Whether a loss was not finite. */
  get diverged(): boolean {
    return this.integers.data[DIVERGED] === 1
  }
  set diverged(value: boolean) {
    this.integers.data[DIVERGED] = value ? 1 : 0
  }

  get learningRate(): number {
    return this.doubles.data[RATE] ?? 0
  }
  set learningRate(value: number) {
    this.doubles.data[RATE] = value
  }

  /** Sum of the losses of the rows that this epoch has trained on so far. */
  get lossSum(): number {
    return this.doubles.data[LOSS] ?? 0
  }
  set lossSum(value: number) {
    this.doubles.data[LOSS] = value
  }

  /** Number of these rows that were classified correctly. */
  get correct(): number {
    return this.doubles.data[CORRECT] ?? 0
  }
  set correct(value: number) {
    this.doubles.data[CORRECT] = value
  }

  /** Complete epochs. */
  get epoch(): number {
    return this.doubles.data[EPOCH] ?? 0
  }
  set epoch(value: number) {
    this.doubles.data[EPOCH] = value
  }

  /** Steps done since the training began, over all epochs. */
  get step(): number {
    return this.doubles.data[STEP] ?? 0
  }
  set step(value: number) {
    this.doubles.data[STEP] = value
  }
}
