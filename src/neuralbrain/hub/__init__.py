"""Files of forecast hubs: model output written, read and checked."""
