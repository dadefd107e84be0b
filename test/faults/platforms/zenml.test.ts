import { inImageSuite } from '../../platforms/in-image-suite.ts';

// JOBIMG_IMAGE, which its settings name, is in the plan of every run, and not of those that the tests write.
inImageSuite('zenml', []);
