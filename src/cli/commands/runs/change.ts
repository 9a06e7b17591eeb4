import { ConfigError } from '../../../base/errors.ts'
import { plural } from '../../../base/format.ts'
import { checkTag } from '../../../store/studies.ts'
import { Checkpoints } from '../../../study/run/checkpoints.node.ts'
import { isGone } from '../../../study/run/owner.node.ts'
import { findStudy, type StoreFlags, studyName, withStore } from '../../shared/studies/studyRef.ts'
import { staleSeconds } from '../../shared/studies/timing.ts'
import { print } from '../../shared/terminal/output.ts'

/** `atelier runs tag`. @throws AtelierError */
export async function tagRun(
  text: string,
  tags: readonly string[],
  flags: StoreFlags & { readonly remove?: boolean },
): Promise<void> {
  for (const tag of tags) checkTag(tag, '<tags>')
  await withStore(flags, async (store) => {
    const { id } = await findStudy(store, text)
    for (const tag of tags) {
      if (flags.remove === true) await store.removeTag(id, tag)
      else await store.addTag(id, tag)
    }
    const study = await store.study(id)
    const left = study?.tags ?? []
    print(
      `${study === undefined ? text : studyName(study)}: ${left.length === 0 ? 'no tags' : left.join(' ')}`,
    )
  })
}

/** `atelier runs archive`. @throws AtelierError */
export async function archiveRun(
  text: string,
  flags: StoreFlags & { readonly undo?: boolean },
): Promise<void> {
  await withStore(flags, async (store) => {
    const study = await findStudy(store, text)
    await store.archive(study.id, flags.undo !== true)
    print(`${studyName(study)}: ${flags.undo === true ? 'back in the list' : 'archived'}`)
  })
}

/** `atelier runs delete`. @throws ConfigError without --yes, and while a process is running it */
export async function deleteRun(text: string, flags: StoreFlags & { readonly yes?: boolean }): Promise<void> {
  await withStore(flags, async (store) => {
    const study = await findStudy(store, text)
    const { id, counts, trials } = study
    if (flags.yes !== true)
      throw new ConfigError(`this would delete ${plural(trials, 'trial')}, ${counts.done} of them done.`, {
        where: studyName(study),
        hint: 'Add --yes to do it; "atelier runs archive" only leaves it out of the list.',
      })
    const running = await store.trials(id, { status: 'running' })
    const staleBefore = new Date(Date.now() - 1000 * staleSeconds()).toISOString()
    const alive = running.find(
      ({ owner, heartbeatAt }) => owner !== null && !isGone(owner) && (heartbeatAt ?? '') >= staleBefore,
    )
    if (alive !== undefined)
      throw new ConfigError(`process ${alive.owner?.pid} is running it.`, {
        where: studyName(study),
        hint: 'Stop that first.',
      })
    await store.deleteStudy(id)
    await new Checkpoints(store).tidy()
    print(`${studyName(study)}: deleted`)
  })
}
