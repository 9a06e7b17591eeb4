import { Random } from '../base/random.ts'
import type { Distortion } from '../engine/gather.ts'
import type { AugmentSpec } from './augmentSpec.ts'

/**
 * Random changes to training images that do not change their class. They depend only on the seed, the epoch and the image:
 * they differ between epochs, and are equal for any number of threads and after a resume.
 * Cutout: DeVries, Taylor 2017, section 3.
 */
export class Augmenter implements Distortion {
  down = 0
  right = 0
  mirrored = false
  cutTop = 0
  cutLeft = 0
  readonly cutSize: number
  private readonly spec: AugmentSpec
  private readonly height: number
  private readonly width: number
  private readonly seed: number
  private epoch = -1
  private random: Random

  constructor(spec: AugmentSpec, height: number, width: number, seed: number) {
    this.spec = spec
    this.height = height
    this.width = width
    this.seed = seed
    this.cutSize = spec.cutout
    this.random = new Random(seed, 'augment')
  }

  /** Draws the changes for one training image in one epoch. */
  draw(example: number, epoch: number): void {
    if (epoch !== this.epoch) {
      this.random = new Random(this.seed, 'augment', epoch)
      this.epoch = epoch
    }
    const { shift, flip, cutout } = this.spec
    const words = this.random.draw(example)
    this.down = below(words[0] ?? 0, 2 * shift + 1) - shift
    this.right = below(words[1] ?? 0, 2 * shift + 1) - shift
    this.mirrored = flip && (words[2] ?? 0) % 2 === 1
    if (cutout > 0) {
      const d = words[3] ?? 0
      this.cutTop = below(d >>> 16, this.height, 65536) - Math.floor(cutout / 2)
      this.cutLeft = below(d & 0xffff, this.width, 65536) - Math.floor(cutout / 2)
    }
  }
}

/** A word uniform in 0 .. range - 1 as an integer in 0 .. n - 1. */
function below(word: number, n: number, range = 4294967296): number {
  return Math.floor((word / range) * n)
}
