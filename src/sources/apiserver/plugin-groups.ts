/**
 * Programs that run now for somebody's credentials, each as the leader of a process group: what it starts ends with it.
 * One set for each thread; whoever outlives a thread ends what that leaves running.
 */
const groups = new Set<number>()
let follow: (group: number, runs: boolean) => void = () => undefined

/** `follower`: whoever is to know of each that begins and ends. */
export function followGroups(follower: typeof follow): void {
  follow = follower
}

let running = 0
let attend: (some: boolean) => void = () => undefined

/** `attendant`: told before a program begins while none runs, and when none runs any more. */
export function attendRuns(attendant: typeof attend): void {
  attend = attendant
}

/** To be called before a program begins; what it returns, when all is over with it. */
export function beginRun(): () => void {
  if (running++ === 0) attend(true)
  return () => {
    if (--running === 0) attend(false)
  }
}

/** Until `isOver`, its end is that of this process, or of the thread that it was begun by. */
export function noteGroup(group: number, isOver = false): void {
  if (isOver ? !groups.delete(group) : groups.has(group)) return
  if (!isOver) groups.add(group)
  follow(group, !isOver)
}

/** Ends all that still run, whatever they make of other signals. */
export function endGroups(which: Iterable<number> = groups): void {
  for (const group of [...which]) {
    killGroup(group)
    noteGroup(group, true)
  }
}

export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended, and all that it started.
  }
}
