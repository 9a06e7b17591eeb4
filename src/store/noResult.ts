/** Columns of a trial that no process runs. */
export const noOwner = { owner: null, machine: null, pid: null, heartbeat_at: null } as const

/** Columns of a trial that has no result and no state to go on from. */
export const noScores = {
  weights_epoch: null,
  value: null,
  train_loss: null,
  train_accuracy: null,
  validation_loss: null,
  validation_accuracy: null,
  test_loss: null,
  test_accuracy: null,
  weights_sha256: null,
  details: null,
  checkpoint: null,
} as const

/** Columns of a trial before it is begun. */
export const noResult = {
  ...noScores,
  goal: null,
  started_at: null,
  ended_at: null,
  reason_kind: null,
  reason: null,
  epochs: 0,
  seconds: null,
  reused_from: null,
  environment_id: null,
} as const
