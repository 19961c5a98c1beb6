"quoted" 'single' #comment // no
/* none */