import type { Random } from '../../base/random.ts'
import type { Raster } from './raster.ts'

/** Random numbers drawn one after the other for one picture; no picture uses more than {@link drawsPerPicture}. */
export class Dice {
  private readonly random: Random
  private readonly start: number
  private drawn = 0

  constructor(random: Random, picture: number) {
    this.random = random
    this.start = picture * drawsPerPicture
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.random.uniform(this.start + this.drawn++)
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability
  }

  /** Uniform integer in 0 .. n - 1. */
  integer(n: number): number {
    return Math.floor(this.between(0, n))
  }
}

const drawsPerPicture = 128

/** Where and how a garment lies in the picture. */
export interface Placement {
  /** Of the garment's centre, in pixels. */
  readonly x: number
  readonly y: number
  /** Pixels per unit. */
  readonly scaleX: number
  readonly scaleY: number
  /** Sideways per unit downwards, and downwards per unit sideways. Equal and opposite: a small rotation. */
  readonly shear: number
  readonly turn: number
}

/**
 * Draws outlines in garment units: the origin in the middle, y downwards, most garments from -1 to 1.
 * Coordinates are listed as x0, y0, x1, y1, ...
 */
export class Pen {
  private readonly raster: Raster
  private readonly place: Placement
  private readonly points: Float64Array
  private length = 0

  /** @param points room for the longest outline; shared by all pictures so that nothing is allocated for each */
  constructor(raster: Raster, place: Placement, points: Float64Array) {
    this.raster = raster
    this.place = place
    this.points = points
  }

  outline(coordinates: readonly number[], brightness: number): void {
    for (let i = 0; i < coordinates.length; i += 2) this.add(coordinates[i] ?? 0, coordinates[i + 1] ?? 0)
    this.fill(brightness)
  }

  /** The outline and its mirror image: a pair of sleeves. */
  pair(coordinates: readonly number[], brightness: number): void {
    this.outline(coordinates, brightness)
    for (let i = 0; i < coordinates.length; i += 2) this.add(-(coordinates[i] ?? 0), coordinates[i + 1] ?? 0)
    this.fill(brightness)
  }

  /** A symmetric outline given by its right half from top to bottom. */
  symmetric(coordinates: readonly number[], brightness: number): void {
    for (let i = 0; i < coordinates.length; i += 2) this.add(coordinates[i] ?? 0, coordinates[i + 1] ?? 0)
    for (let i = coordinates.length - 2; i >= 0; i -= 2)
      this.add(-(coordinates[i] ?? 0), coordinates[i + 1] ?? 0)
    this.fill(brightness)
  }

  /** Straight strokes from point to point. */
  stroke(coordinates: readonly number[], thickness: number, brightness: number): void {
    for (let i = 0; i + 3 < coordinates.length; i += 2) {
      const x0 = coordinates[i] ?? 0
      const y0 = coordinates[i + 1] ?? 0
      const x1 = coordinates[i + 2] ?? 0
      const y1 = coordinates[i + 3] ?? 0
      const reach = thickness / 2 / Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
      const dx = (x1 - x0) * reach
      const dy = (y1 - y0) * reach
      this.add(x0 - dy, y0 + dx)
      this.add(x0 + dy, y0 - dx)
      this.add(x1 + dy, y1 - dx)
      this.add(x1 - dy, y1 + dx)
      this.fill(brightness)
    }
  }

  private add(x: number, y: number): void {
    const { place, points } = this
    points[this.length++] = place.x + place.scaleX * (x + place.shear * y)
    points[this.length++] = place.y + place.scaleY * (y + place.turn * x)
  }

  private fill(brightness: number): void {
    this.raster.fill(this.points, this.length, brightness)
    this.length = 0
  }
}
