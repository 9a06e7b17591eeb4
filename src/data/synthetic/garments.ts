import type { Dice, Pen } from './pen.ts'

/** Draws one garment of its kind. `tone` is its brightness, 0 to 1; details are lighter or darker than that. */
export type Garment = (pen: Pen, dice: Dice, tone: number) => void

interface Top {
  /** Half widths. */
  readonly shoulder: number
  readonly chest: number
  readonly waist: number
  readonly hem: number
  readonly neck: number
  /** How far down the neckline is cut. */
  readonly cut: number
  /** Height of the hem; the shoulders are at -0.8. */
  readonly bottom: number
  /** Length of the sleeves, how far they stand out sideways for each unit down, and their width at the wrist. */
  readonly sleeve: number
  readonly spread: number
  readonly cuff: number
}

/** Body, sleeves and the seams between them; returns the ends of the right sleeve's cuff. */
function drawTop(pen: Pen, tone: number, top: Top): readonly [number, number, number, number] {
  const { shoulder, chest, waist, hem, neck, cut, bottom, sleeve, spread, cuff } = top
  const norm = Math.sqrt(spread * spread + 1)
  const outerX = shoulder + (sleeve * spread) / norm
  const outerY = -0.76 + sleeve / norm
  const innerX = outerX - cuff / norm
  const innerY = outerY + (cuff * spread) / norm
  if (sleeve > 0)
    pen.pair(
      [shoulder - 0.12, -0.84, shoulder, -0.76, outerX, outerY, innerX, innerY, chest - 0.02, -0.3],
      tone * 0.92,
    )
  pen.symmetric(
    [
      ...[0, -0.9 + cut, neck * 0.6, -0.9 + cut * 0.85, neck, -0.92, shoulder, -0.8],
      ...[chest, -0.38, waist, 0.15, hem, bottom],
    ],
    tone,
  )
  if (sleeve > 0) {
    pen.stroke([shoulder - 0.02, -0.74, chest, -0.34], 0.05, tone * 0.7)
    pen.stroke([0.02 - shoulder, -0.74, -chest, -0.34], 0.05, tone * 0.7)
  }
  return [outerX, outerY, innerX, innerY]
}

/** Half widths that every top has in common, so that the cut of the body alone gives no class away. */
function body(dice: Dice) {
  const chest = dice.between(0.36, 0.52)
  return {
    chest,
    shoulder: chest + dice.between(-0.02, 0.06),
    waist: chest - dice.between(-0.01, 0.08),
    hem: chest + dice.between(-0.04, 0.08),
    bottom: dice.between(0.72, 1),
  }
}

const longSleeve = (dice: Dice) => ({
  sleeve: dice.between(1.15, 1.6),
  spread: dice.between(0.12, 0.5),
  cuff: dice.between(0.14, 0.22),
})

const shortSleeve = (dice: Dice) => ({
  sleeve: dice.between(0.36, 0.68),
  spread: dice.between(0.5, 1.2),
  cuff: dice.between(0.24, 0.34),
})

const tShirt: Garment = (pen, dice, tone) => {
  const top = {
    ...body(dice),
    ...shortSleeve(dice),
    neck: dice.between(0.14, 0.24),
    cut: dice.between(0.06, 0.3),
  }
  drawTop(pen, tone, top)
  if (dice.chance(0.35)) {
    const size = dice.between(0.1, 0.26)
    const print = tone * (dice.chance(0.5) ? 0.45 : 1.5)
    pen.outline([-size, -0.35, size, -0.35, size, -0.35 + size * 1.6, -size, -0.35 + size * 1.6], print)
  }
}

const trouser: Garment = (pen, dice, tone) => {
  const waist = dice.between(0.26, 0.4)
  const hip = waist + dice.between(0.04, 0.14)
  const ankle = dice.between(0.13, 0.3)
  const foot = hip + dice.between(-0.12, 0.1)
  const crotch = dice.between(-0.4, -0.05)
  const bottom = dice.chance(0.15) ? dice.between(0.1, 0.5) : dice.between(0.8, 1)
  pen.symmetric(
    [
      ...[0, -0.95, waist, -0.95, hip, -0.5, foot, bottom],
      ...[Math.max(foot - ankle, 0.04), bottom, 0.02, crotch],
    ],
    tone,
  )
  pen.stroke([-waist, -0.91, waist, -0.91], 0.09, tone * dice.between(0.55, 0.85))
  pen.stroke([0, -0.9, 0, crotch], 0.04, tone * 0.7)
}

const pullover: Garment = (pen, dice, tone) => {
  const top = {
    ...body(dice),
    ...longSleeve(dice),
    neck: dice.between(0.13, 0.22),
    cut: dice.between(0.03, 0.16),
  }
  const [outerX, outerY, innerX, innerY] = drawTop(pen, tone, top)
  const rib = tone * dice.between(0.6, 0.95)
  pen.stroke([-top.hem, top.bottom - 0.05, top.hem, top.bottom - 0.05], 0.11, rib)
  pen.stroke([outerX, outerY, innerX, innerY], 0.12, rib)
  pen.stroke([-outerX, outerY, -innerX, innerY], 0.12, rib)
  pen.stroke([-top.neck, -0.9, 0, -0.86 + top.cut, top.neck, -0.9], 0.08, rib)
  if (dice.chance(0.2))
    pen.symmetric([0, -1.02, top.neck * 1.3, -0.98, top.neck, -0.72, 0, -0.62], tone * 0.8)
}

const dress: Garment = (pen, dice, tone) => {
  const chest = dice.between(0.24, 0.38)
  const sleeves = dice.between(0, 1)
  const sleeve = sleeves < 0.45 ? 0 : sleeves < 0.8 ? dice.between(0.3, 0.55) : dice.between(1, 1.4)
  drawTop(pen, tone, {
    chest,
    shoulder: chest - dice.between(0, 0.08),
    waist: chest - dice.between(0.02, 0.12),
    hem: chest + dice.between(0, 0.4),
    bottom: dice.between(0.9, 1.05),
    neck: dice.between(0.1, 0.2),
    cut: dice.between(0.05, 0.4),
    sleeve,
    spread: dice.between(0.2, 0.7),
    cuff: dice.between(0.12, 0.2),
  })
  if (dice.chance(0.4)) pen.stroke([-chest, 0.12, chest, 0.12], 0.08, tone * dice.between(0.5, 0.8))
}

const coat: Garment = (pen, dice, tone) => {
  const top = {
    ...body(dice),
    ...longSleeve(dice),
    neck: dice.between(0.14, 0.24),
    cut: dice.between(0.05, 0.2),
  }
  drawTop(pen, tone, { ...top, hem: top.hem + dice.between(0, 0.06), bottom: top.bottom + 0.06 })
  const dark = tone * dice.between(0.25, 0.7)
  const lapel = dice.between(0.1, 0.45)
  pen.stroke([0, -0.75, dice.between(-0.05, 0.05), top.bottom + 0.05], dice.between(0.05, 0.11), dark)
  pen.pair([0.02, -0.5 + lapel, top.neck, -0.92, top.neck + 0.1, -0.6], tone * dice.between(0.65, 1.25))
  if (dice.chance(0.5)) {
    const pocket = dice.between(0.2, 0.45)
    pen.stroke([0.14, pocket, top.waist - 0.05, pocket - 0.05], 0.06, dark)
    pen.stroke([-0.14, pocket, 0.05 - top.waist, pocket - 0.05], 0.06, dark)
  }
}

const sandal: Garment = (pen, dice, tone) => {
  const heel = dice.between(0, 0.45)
  const sole = dice.between(0.1, 0.2)
  const back = 0.4 - heel
  pen.outline(
    [-0.95, 0.42, -0.35, 0.4, 0.85, back, 0.88, back + sole, -0.3, 0.42 + sole, -0.95, 0.46 + sole],
    tone,
  )
  if (heel > 0.15) pen.outline([0.68, back, 0.88, back, 0.86, 0.5, 0.74, 0.5], tone * 0.85)
  const thickness = dice.between(0.1, 0.19)
  const straps = 1 + dice.integer(3)
  const high = dice.between(0.3, 0.55)
  for (let strap = 0; strap < straps; strap++) {
    const x = -0.72 + strap * 0.34
    const top = 0.4 - high * (0.65 + 0.2 * strap)
    pen.stroke([x, 0.42, x + 0.14, top, x + 0.34, 0.38 - 0.1 * strap], thickness, tone * 0.95)
  }
  if (dice.chance(0.7))
    pen.stroke([0.8, back, 0.72, back - 0.4, 0.28, back - 0.42, 0.3, 0.2], thickness, tone * 0.9)
}

const shirt: Garment = (pen, dice, tone) => {
  const sleeves = dice.chance(0.65) ? longSleeve(dice) : shortSleeve(dice)
  const top = { ...body(dice), ...sleeves, neck: dice.between(0.13, 0.22), cut: dice.between(0.08, 0.26) }
  drawTop(pen, tone, top)
  const detail = tone * (dice.chance(0.6) ? dice.between(0.3, 0.65) : dice.between(1.3, 1.7))
  pen.pair([0.01, -0.7 + top.cut * 0.3, top.neck - 0.04, -1, top.neck + 0.08, -0.8, 0.14, -0.62], detail)
  pen.stroke([0.03, -0.66, 0.03, top.bottom], 0.035, tone * 0.75)
  for (let y = -0.5; y < top.bottom - 0.1; y += 0.26) pen.stroke([-0.03, y, -0.03, y + 0.08], 0.08, detail)
  if (dice.chance(0.4)) pen.outline([0.12, -0.4, 0.32, -0.4, 0.32, -0.16, 0.12, -0.16], detail)
}

const sneaker: Garment = (pen, dice, tone) => {
  const ankle = dice.between(-0.45, -0.15)
  const toe = dice.between(0, 0.16)
  const sole = tone * (dice.chance(0.5) ? dice.between(1.15, 1.5) : dice.between(0.5, 0.85))
  const tongue = dice.between(0, 0.25)
  pen.outline(
    [
      ...[0.86, ankle, 0.45, ankle + 0.1, tongue, ankle - 0.04, -0.35, toe - 0.04],
      ...[-0.8, toe + 0.06, -0.96, 0.3, -0.9, 0.4, 0.88, 0.4],
    ],
    tone,
  )
  pen.outline([-1, 0.34, 0.92, 0.32, 0.9, dice.between(0.44, 0.56), -0.94, 0.5], sole)
  const detail = tone * (dice.chance(0.5) ? 0.5 : 1.4)
  for (let lace = 0; lace < 3; lace++) {
    const x = tongue - 0.08 - lace * 0.14
    const y = ankle + 0.08 + lace * (0.06 + (toe - ankle) * 0.22)
    pen.stroke([x - 0.06, y, x + 0.12, y + 0.1], 0.05, detail)
  }
  const stripes = dice.integer(4)
  for (let stripe = 0; stripe < stripes; stripe++)
    pen.stroke([0.1 + stripe * 0.16, ankle + 0.2, -0.02 + stripe * 0.16, 0.3], 0.06, detail)
}

const bag: Garment = (pen, dice, tone) => {
  const top = dice.between(-0.35, 0.1)
  const wide = dice.between(0.5, 0.85)
  const bottom = dice.between(0.55, 0.85)
  const slant = dice.between(-0.12, 0.12)
  const reach = wide * dice.between(0.45, 0.85)
  const handle = Math.min(dice.between(0.3, 0.8), top + 1)
  const strap = tone * dice.between(0.65, 1.1)
  const loop = [-reach, top + 0.05, -reach * 0.75, top - handle * 0.75, -reach * 0.3, top - handle]
  const back = [reach * 0.3, top - handle, reach * 0.75, top - handle * 0.75, reach, top + 0.05]
  if (dice.chance(0.85)) pen.stroke([...loop, ...back], dice.between(0.07, 0.14), strap)
  pen.symmetric([0, top, wide - 0.06, top, wide, top + 0.08, wide + slant, bottom, 0, bottom], tone)
  const detail = tone * (dice.chance(0.6) ? dice.between(0.4, 0.75) : dice.between(1.2, 1.5))
  const flap = top + (bottom - top) * dice.between(0.25, 0.6)
  if (dice.chance(0.6))
    pen.stroke([-wide, top + 0.1, -wide * 0.6, flap, wide * 0.6, flap, wide, top + 0.1], 0.06, detail)
  if (dice.chance(0.6))
    pen.outline([-0.09, flap - 0.07, 0.09, flap - 0.07, 0.09, flap + 0.1, -0.09, flap + 0.1], detail)
}

const ankleBoot: Garment = (pen, dice, tone) => {
  const shaft = dice.between(-0.85, -0.4)
  const front = dice.between(0, 0.2)
  const heel = dice.between(0, 0.22)
  const toe = dice.between(-0.02, 0.14)
  pen.outline(
    [
      ...[0.82, shaft, front, shaft + dice.between(-0.04, 0.1), front - 0.1, -0.15],
      ...[-0.45, toe - 0.04, -0.85, toe + 0.1, -0.95, 0.42, -0.2, 0.44, 0.86, 0.44 - heel * 0.3],
    ],
    tone,
  )
  pen.outline([0.36, 0.36, 0.88, 0.36, 0.86, 0.5 + heel, 0.42, 0.5 + heel], tone * dice.between(0.5, 0.9))
  pen.stroke([-0.97, 0.45, 0.4, 0.45], dice.between(0.07, 0.14), tone * dice.between(0.5, 1.3))
  const detail = tone * (dice.chance(0.5) ? 0.55 : 1.35)
  if (dice.chance(0.5)) pen.stroke([front + 0.05, shaft + 0.08, 0.8, shaft + 0.06], 0.07, detail)
  if (dice.chance(0.4)) pen.stroke([0.45, shaft + 0.05, 0.42, 0], 0.05, detail)
}

/** In the order of the class indices. */
export const garments: readonly Garment[] = [
  tShirt,
  trouser,
  pullover,
  dress,
  coat,
  sandal,
  shirt,
  sneaker,
  bag,
  ankleBoot,
]
