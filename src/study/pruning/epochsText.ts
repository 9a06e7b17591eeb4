export function epochsText(epochs: number): string {
  return epochs === 1 ? '1 epoch' : `${epochs} epochs`
}
