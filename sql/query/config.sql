SELECT section, option, value FROM config WHERE section = 'campaign'
