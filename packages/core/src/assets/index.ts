export { selectModels, type ModelNeeds, type ModelSelection } from './choose.js'
export { createFolderAssets, type FolderAssetsOptions } from './folder-assets.js'
export { createHttpAssets, type HttpAssetsOptions } from './http-assets.js'
export { parseAssetManifest, parseModelsManifest } from './manifest.js'
export { checkAssetsOrigin, isOfOrigin, resolveAssetsBase } from './origin.js'
export type {
  AssetFile,
  AssetLoadOptions,
  AssetManifest,
  AssetProgress,
  AssetSource,
  Backend,
  CropSpec,
  ModelEntry,
  ModelKind,
  Preprocessing,
  RuntimeEntry,
} from './types.js'
