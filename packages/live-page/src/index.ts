export { createLivePage, type LivePage, type LivePageHost } from './create-live-page';
