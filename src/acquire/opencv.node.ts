import { createRequire } from 'node:module';

export interface Mat {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
  readonly data32F: Float32Array;
  readonly data32S: Int32Array;
  readonly data64F: Float64Array;
  delete(): void;
}
export interface Deletable {
  delete(): void;
}
export interface MatVector extends Deletable {
  size(): number;
  get(index: number): Mat;
  push_back(mat: Mat): void;
}
export interface DetectorParameters extends Deletable {
  cornerRefinementMethod: number;
  cornerRefinementWinSize: number;
  cornerRefinementMaxIterations: number;
  cornerRefinementMinAccuracy: number;
  adaptiveThreshWinSizeMax: number;
  adaptiveThreshConstant: number;
  minMarkerPerimeterRate: number;
}
export interface Dictionary extends Deletable {
  generateImageMarker(id: number, sidePx: number, out: Mat, borderBits: number): void;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of OpenCV that is used; its own types lack the ArUco classes. */
export interface OpenCv {
  Mat: new (rows?: number, columns?: number, type?: number) => Mat;
  MatVector: new () => MatVector;
  CV_8UC1: number;
  CV_32FC2: number;
  CV_32FC3: number;
  DICT_4X4_50: number;
  DICT_5X5_100: number;
  CORNER_REFINE_SUBPIX: number;
  getPredefinedDictionary(kind: number): Dictionary;
  aruco_DetectorParameters: new () => DetectorParameters;
  aruco_RefineParameters: new (
    minRepDistance: number,
    errorCorrectionRate: number,
    checkAllOrders: boolean,
  ) => Deletable;
  aruco_CharucoParameters: new () => Deletable;
  aruco_ArucoDetector: new (
    dictionary: Dictionary,
    parameters: DetectorParameters,
    refine: Deletable,
  ) => Deletable & { detectMarkers(image: Mat, corners: MatVector, ids: Mat): void };
  aruco_CharucoBoard: new (size: Size, square: number, marker: number, dictionary: Dictionary, ids: Mat) => Deletable;
  aruco_CharucoDetector: new (
    board: Deletable,
    charuco: Deletable,
    parameters: DetectorParameters,
    refine: Deletable,
  ) => Deletable & { detectBoard(image: Mat, corners: Mat, ids: Mat): void };
  calibrateCameraExtended(
    objectPoints: MatVector,
    imagePoints: MatVector,
    size: Size,
    matrix: Mat,
    distortion: Mat,
    rotations: MatVector,
    shifts: MatVector,
    deviationsOfLens: Mat,
    deviationsOfPoses: Mat,
    errorsByView: Mat,
    flags?: number,
  ): number;
}

/** The module is "thenable" and resolves to itself: awaiting it never ends, so it must not leave this function as the
 *  value of a promise; a box round it does. */
export async function loadOpenCv(): Promise<OpenCv> {
  const module = createRequire(import.meta.url)('@techstark/opencv-js') as OpenCv & {
    onRuntimeInitialized?: () => void;
  };
  if (typeof module.Mat !== 'function') {
    await new Promise<void>((resolve) => {
      module.onRuntimeInitialized = resolve;
    });
  }
  return new Proxy(module, {
    get: (target, key) => (key === 'then' ? undefined : Reflect.get(target, key)) as unknown,
  });
}
