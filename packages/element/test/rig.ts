import type { ReactiveControllerHost } from 'lit'
import { CaptureController } from '../src/capture-controller.js'
import { checkInTask } from '../src/check-in-task.js'
import { LintasStateChangeEvent } from '../src/events.js'
import { FakePorts, INFO, TEMPLATE, settled } from './fakes.js'

/** An element as its controller sees it. */
class Host extends EventTarget implements ReactiveControllerHost {
  readonly updateComplete: Promise<boolean> = Promise.resolve(true)
  readonly events: Event[] = []
  addController(): void {}
  removeController(): void {}
  requestUpdate(): void {}
  override dispatchEvent(event: Event): boolean {
    this.events.push(event)
    return super.dispatchEvent(event)
  }
  get states(): string[] {
    return this.events.filter((event) => event instanceof LintasStateChangeEvent).map(({ state }) => state)
  }
}

/** A controller of a check-in between a host and ports that tests hold in their hand. */
export class Rig {
  readonly ports = new FakePorts()
  readonly host = new Host()
  readonly setting = { reference: TEMPLATE as typeof TEMPLATE | undefined, subject: undefined as string | undefined, assets: '/lintas/' }
  readonly controller = new CaptureController(this.host, () => ({
    ports: this.ports,
    assets: this.setting.assets,
    spaces: undefined,
    analyser: undefined,
    deviceId: undefined,
    video: {} as HTMLVideoElement,
    task: checkInTask({ ports: this.ports, ...this.setting, policy: undefined, calibration: undefined, route: undefined }),
  }))

  /** Starts and brings the attempt to an open camera. */
  async untilCamera(): Promise<void> {
    void this.controller.start()
    this.ports.ready.resolve(INFO)
    await settled()
    this.ports.cameras.at(-1)?.opening.resolve(this.ports.camera())
    await settled()
  }
}
