// The only file that names the library: what reads and what writes pictures takes it from here.
import sharp from 'sharp'

export { sharp }
