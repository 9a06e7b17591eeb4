/** The four files that make up a dataset in MNIST's layout. */
export const roles = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const
export type Role = (typeof roles)[number]

/** Name, size and checksums of a published file. */
export interface PublishedFile {
  /** As published, compressed. */
  readonly name: string
  /** Of the published .gz; other packagers compress again, so this holds for downloads only. */
  readonly md5: string
  /** Of the IDX bytes inside, however they are compressed. */
  readonly sha256: string
  /** Length of the IDX bytes. */
  readonly idxBytes: number
}

/** md5 sums from the page of the dataset (github.com/zalandoresearch/fashion-mnist); sha256 of the contents. */
export const fashionMnistFiles: Readonly<Record<Role, PublishedFile>> = {
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    idxBytes: 47_040_016,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    md5: '25c81989df183df01b3e8a0aad5dffbe',
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    idxBytes: 60_008,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    md5: 'bef4ecab320f06d8554ea6380940ec79',
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    idxBytes: 7_840_016,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    md5: 'bb300cfdad3c16e7a12a480ee83cd310',
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    idxBytes: 10_008,
  },
}

/**
 * Where the four files can be downloaded, in the order in which they are tried: the dataset's own repository, Keras' copy,
 * and the address that the dataset's page gives, which has no https.
 */
export const fashionMnistMirrors: readonly string[] = [
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
]

/** The folder of the Debian and Ubuntu package `dataset-fashion-mnist`. */
export const fashionMnistSystemFolder = '/usr/share/datasets/fashion-mnist'
