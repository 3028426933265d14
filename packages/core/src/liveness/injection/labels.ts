/**
 * Words in the labels of cameras that are programs, lower case. Sources: the devices' names as their projects give them (obsproject/obs-studio,
 * "OBS Virtual Camera", earlier "OBS-Camera"; v4l2loopback, "Dummy video device"; Chromium's `FakeVideoCaptureDeviceFactory`, "fake_device_";
 * webcamoid/akvirtualcamera; leadedge/SpoutCam; "Unity Video Capture"; smourier/VCamSample), and lists that other liveness projects keep in public
 * repositories (ManyCam, Snap Camera, XSplit VCam, CamTwist, e2eSoft VCam, SplitCam, YouCam, mmhmm, WebcamMax). A name alone proves nothing, and a
 * renamed one escapes.
 */
const PROGRAMS: readonly string[] = [
  ...['obs virtual', 'obs-camera', 'obs camera', 'manycam', 'snap camera', 'snapcamera', 'xsplit', 'camtwist', 'e2esoft', 'splitcam', 'youcam'],
  ...['webcammax', 'mmhmm', 'webcamoid', 'akvcam', 'akvirtualcamera', 'spoutcam', 'ndi webcam', 'ndi video', 'newtek ndi', 'unity video capture'],
  ...['v4l2loopback', 'dummy video device', 'fake_device', 'avatarify', 'deep-live-cam', 'finecam', 'altercam', 'chromacam', 'vcam', 'virtual cam'],
  ...['virtual webcam', 'virtual video', 'sparkocam', 'fake webcam', 'fake camera'],
]

/** Phones that serve as webcams, and filters before a real one: a picture that passed a program on its way, and mostly an honest one. */
const BRIDGES: readonly string[] = [
  ...['droidcam', 'iriun', 'epoccam', 'ivcam', 'camo ', 'reincubate camo', 'ip webcam', 'nvidia broadcast', 'logi capture', 'logitech capture'],
]

/** What a camera's label says of it. */
export type LabelKind = 'program' | 'bridge' | 'camera'

/** `program` for a virtual camera, `bridge` for a phone or a filter in between, `camera` for anything else, also without a label. */
export function labelKind(label: string | undefined): LabelKind {
  const text = ` ${(label ?? '').toLowerCase()} `
  if (PROGRAMS.some((word) => text.includes(word))) return 'program'
  return BRIDGES.some((word) => text.includes(word)) ? 'bridge' : 'camera'
}
